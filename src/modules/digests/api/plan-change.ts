// Plans a new or changed digest schedule, with the rules across its fields. Pure.
import { camelCase, snakeCase } from '../../../base/snake-case.js';
import {
  isSchedulerError,
  nextRun,
  parseSchedule,
  SchedulerError,
  type FieldError,
} from '../../../scheduler/public.js';
import type { ScheduleRow } from '../db/read-schedules.js';
import type { ScheduleValues } from '../db/write-schedules.js';
import { DEFAULTS } from '../options.js';
import { dayFault, RULE_DEFAULTS, shortTime, toSchedule, type DigestRule } from '../schedule/digest-rule.js';
import { wantedTypes, wantedUpdates } from './schedule-view.js';

/** The input fields. Undefined: unchanged, or the default. Null: the default. */
export interface ScheduleFields {
  readonly frequency?: 'daily' | 'weekly' | 'monthly' | null;
  /** Local wall clock, `HH:MM` or `HH:MM:SS`. */
  readonly deliveryTime?: string | null;
  /** Weekly: 1 = Monday … 7 = Sunday. Monthly: 1 … 31. */
  readonly deliveryDay?: number | null;
  /** An IANA name. Null: follows the recipient's zone. */
  readonly timezone?: string | null;
  readonly isActive?: boolean | null;
  readonly maxUpdatesPerDigest?: number | null;
  /** Null: all types. */
  readonly includeContentTypes?: readonly string[] | null;
  readonly dstGap?: 'shift' | 'skip' | null;
  readonly dstOverlap?: 'first' | 'second' | 'both' | null;
  readonly monthEnd?: 'clamp' | 'skip' | null;
  readonly misfire?: 'once' | 'skip' | 'all' | null;
}

type Settled = Omit<ScheduleValues, 'recipient_id' | 'group_id' | 'next_digest_scheduled' | 'digest_request_id'> &
  DigestRule;

/** Pure. `zone`: the recipient's, for a schedule without one. Throws INVALID_INPUT with paths. */
export function settleFields(given: ScheduleFields, zone: string | null, before: ScheduleRow | null = null): Settled {
  const was = (name: keyof ScheduleFields): unknown => before?.[snakeCase(name)];
  const settled = <K extends keyof ScheduleFields, V>(name: K, standard: V): V =>
    ((given[name] === undefined ? was(name) : given[name]) ?? standard) as V;

  const frequency = settled('frequency', RULE_DEFAULTS.frequency as DigestRule['frequency']);
  const zones = zoneOf(given.timezone, zone, before);
  const rule: DigestRule = {
    frequency,
    delivery_time: shortTime(settled('deliveryTime', RULE_DEFAULTS.delivery_time as string).replace(/\.\d+$/, '')),
    delivery_day: dayOf(given, frequency, before),
    timezone: zones.timezone,
    dst_gap: settled('dstGap', RULE_DEFAULTS.dst_gap as DigestRule['dst_gap']),
    dst_overlap: settled('dstOverlap', RULE_DEFAULTS.dst_overlap as DigestRule['dst_overlap']),
    month_end: settled('monthEnd', RULE_DEFAULTS.month_end as DigestRule['month_end']),
    misfire: settled('misfire', RULE_DEFAULTS.misfire as DigestRule['misfire']),
  };
  return {
    ...rule,
    ...zones,
    timezone: checkedZone(rule),
    is_active: settled('isActive', true),
    max_updates_per_digest: wantedUpdates(settled('maxUpdatesPerDigest', DEFAULTS.maxUpdates)),
    include_content_types: wantedTypes(settled('includeContentTypes', null)),
  };
}

/** With another frequency a day has a different meaning, so it is reset to its default. */
function dayOf(given: ScheduleFields, frequency: DigestRule['frequency'], before: ScheduleRow | null): number | null {
  const same = before !== null && (before.frequency ?? RULE_DEFAULTS.frequency) === frequency;
  const day = given.deliveryDay === undefined && same ? before.delivery_day : given.deliveryDay;
  return day ?? (frequency === 'daily' ? null : RULE_DEFAULTS.delivery_day);
}

function zoneOf(
  given: string | null | undefined,
  zone: string | null,
  before: ScheduleRow | null,
): Pick<Settled, 'timezone' | 'timezone_follows'> {
  if (given) return { timezone: given, timezone_follows: false };
  if (given === undefined && before !== null && !before.timezone_follows && before.timezone) {
    return { timezone: before.timezone, timezone_follows: false };
  }
  return { timezone: isZone(zone) ? zone : 'UTC', timezone_follows: true };
}

function isZone(zone: string | null): zone is string {
  try {
    return zone !== null && parseSchedule({ timezone: zone }).timezone !== '';
  } catch {
    return false; // written by the host's own SQL
  }
}

/** The digest's names of the engine's fields. */
const OURS: Readonly<Record<string, string>> = {
  time: 'deliveryTime',
  day_of_week: 'deliveryDay',
  day_of_month: 'deliveryDay',
};

/** The zone in its own spelling. */
function checkedZone(rule: DigestRule): string {
  const fault = dayFault(rule.frequency, rule.delivery_day);
  if (fault !== null) throw invalid([{ path: 'deliveryDay', message: fault }]);
  try {
    return parseSchedule(toSchedule(rule)).timezone;
  } catch (error) {
    if (!isSchedulerError(error, 'INVALID_SCHEDULE')) throw error;
    const errors = error.details.errors ?? [{ path: '', message: error.message }];
    throw invalid(errors.map(({ path, message }) => ({ path: OURS[path] ?? camelCase(path), message })));
  }
}

const invalid = (errors: readonly FieldError[]): SchedulerError =>
  new SchedulerError('INVALID_INPUT', errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });

/** Pure. The first occurrence after `now`, ISO 8601; null: none. */
export const nextOf = (rule: DigestRule, now: Date): string | null =>
  nextRun(toSchedule(rule), now)?.toISOString() ?? null;

/**
 * Pure. The next digest of a changed schedule: one that is already due is still sent; a schedule that is resumed sends nothing for the time
 * when it was paused. Undefined: unchanged.
 */
export function nextAfterChange(before: ScheduleRow, after: Settled, now: Date): string | null | undefined {
  if (!after.is_active) return undefined;
  const due = before.is_active && before.next_digest_scheduled !== null && before.next_digest_scheduled <= now;
  return due ? undefined : nextOf(after, now);
}
