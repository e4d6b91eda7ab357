// Checks across fields: contradictions, names of zones, patterns, and schedules that never fire.
import type { Rule } from '../../../base/options/check-options.js';
import type { FieldError } from '../../../base/errors.js';
import { dayNumber, parseDate } from '../civil.js';
import { compileSchedule } from '../compile-schedule.js';
import { secondReaderAgrees } from '../cron/second-reader.js';
import { CronSyntaxError, parseCron } from '../cron/cron-pattern.js';
import { scheduleFromJson } from './schedule-defaults.js';
import type { Frequency, ScheduleJson } from '../schedule.js';
import { whyNever } from '../why-never.js';
import { createZoneNames, type ZoneNames } from '../zones/zone-names.js';

/** The frequencies that use each field, for fields that not all of them use. */
const USED_BY = Object.entries({
  day_of_week: ['weekly'],
  day_of_month: ['monthly', 'quarterly', 'yearly'],
  month: ['quarterly', 'yearly'],
  cron: ['cron'],
  time: ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'],
} satisfies Partial<Record<keyof ScheduleJson, Frequency[]>>) as [keyof ScheduleJson, readonly Frequency[]][];

/** The runtime's zone names, read once: they cannot change within a process. */
export const zoneNames: ZoneNames = createZoneNames();

const ZONE = 'an IANA time zone name that this runtime knows';

/** The beginning of a leap year. */
const SOME_TIME = Date.UTC(2024, 0, 1);
const EARLIEST = dayNumber(1900, 1, 1);

function unusedFields(json: ScheduleJson, frequency: Frequency): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, users] of USED_BY) {
    if (json[field] === undefined || users.includes(frequency)) continue;
    errors.push({ path: field, message: `is not used with frequency ${frequency}, only with ${users.join(', ')}` });
  }
  if (frequency === 'cron' && (json.interval ?? 1) !== 1) {
    errors.push({ path: 'interval', message: 'must be 1 with frequency cron, because the pattern is complete' });
  }
  return errors;
}

function cronErrors({ cron }: ScheduleJson, frequency: Frequency): FieldError[] {
  if (frequency !== 'cron') return [];
  if (cron === undefined) return [{ path: 'cron', message: 'is needed with frequency cron' }];
  try {
    const pattern = parseCron(cron);
    if (!secondReaderAgrees(pattern, SOME_TIME)) {
      return [
        {
          path: 'cron',
          message: 'is ambiguous, because cron implementations read it differently: write it more plainly',
        },
      ];
    }
  } catch (error) {
    if (error instanceof CronSyntaxError) return [{ path: 'cron', message: error.message }];
    throw error;
  }
  return [];
}

/** Null: the runtime knows this zone. Otherwise the error, with a suggestion. */
export function zoneProblem(timezone: string): string | null {
  if (zoneNames.resolve(timezone) !== null) return null;
  const suggestion = zoneNames.suggest(timezone);
  const hint = suggestion === null ? ', such as Europe/Berlin' : `: did you mean ${suggestion}?`;
  return `must be ${ZONE}${hint}`;
}

function zoneErrors({ timezone }: ScheduleJson): FieldError[] {
  const message = timezone === undefined ? null : zoneProblem(timezone);
  return message === null ? [] : [{ path: 'timezone', message }];
}

/** For an option that names a time zone. */
export const zoneRule: Rule = {
  allows: ZONE,
  check: (value, path, errors) => {
    const message = typeof value === 'string' ? zoneProblem(value) : `must be ${ZONE}, such as Europe/Berlin`;
    if (message !== null) errors.push({ path, message });
  },
};

function dateErrors(json: ScheduleJson): FieldError[] {
  const errors: FieldError[] = [];
  const days = (['starts_on', 'ends_on'] as const).map((path) => {
    const text = json[path];
    const day = text === undefined ? null : parseDate(text);
    if (text !== undefined && (day === null || day < EARLIEST)) {
      errors.push({ path, message: 'must be a date that exists, YYYY-MM-DD, from 1900 on' });
    }
    return day;
  });
  const [start, end] = [days[0] ?? null, days[1] ?? null];
  if (start !== null && end !== null && end < start)
    errors.push({ path: 'ends_on', message: 'must not be before starts_on' });
  return errors;
}

/** Whether it depends on the missing dates if the schedule ever fires: then it can only be checked in use. */
const isOpen = (json: ScheduleJson): boolean => {
  const needsDay = json.frequency === 'yearly' && (json.day_of_month === undefined || json.month === undefined);
  return json.starts_on === undefined && (needsDay || (json.interval ?? 1) > 1);
};

/** A preset without an end that skips no month always fires. */
const surelyFires = ({ cron, ends_on, month_end }: ScheduleJson): boolean =>
  cron === undefined && ends_on === undefined && month_end !== 'skip';

/** Refuses an otherwise valid schedule that can never fire. Empty: it can, or that can only be checked in use. */
export function checkCanFire(json: ScheduleJson): FieldError[] {
  if (isOpen(json) || surelyFires(json)) return [];
  const schedule = scheduleFromJson(json);
  const anchor = new Date(0);
  return compileSchedule(schedule, { anchor }).never() ? [whyNever(schedule, { anchor })] : [];
}

/** Contradictions between fields, whether or not each is valid by itself. Empty: none. */
export function checkSchedule(json: ScheduleJson): FieldError[] {
  const frequency = json.frequency ?? 'daily';
  return [...unusedFields(json, frequency), ...cronErrors(json, frequency), ...zoneErrors(json), ...dateErrors(json)];
}
