// Converts input to a validated Schedule, and back to JSON. The only place where defaults are filled in.
import { parsedBy } from '../../../base/issue-text.js';
import { SchedulerError, type FieldError } from '../../../base/errors.js';
import { compileSchedule } from '../compile-schedule.js';
import { JSON_NAMES, type Schedule, type ScheduleInput, type ScheduleJson, type ScheduleLike } from '../schedule.js';
import { zoneNames } from './check-schedule.js';
import { whyNever } from '../why-never.js';
import { scheduleFromJson, type ScheduleDefaults } from './schedule-defaults.js';
import { scheduleSchema } from './schedule-schema.js';
import type { ZodError } from 'zod';

const CAMEL_NAMES = Object.fromEntries(Object.entries(JSON_NAMES).map(([camel, snake]) => [snake, camel])) as Record<
  string,
  keyof Schedule
>;

const refuse = (errors: readonly FieldError[]): SchedulerError =>
  new SchedulerError(
    'INVALID_SCHEDULE',
    `invalid schedule: ${errors.map(({ path, message }) => (path ? `${path} ${message}` : message)).join('; ')}`,
    { errors },
  );

function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: key, message: 'is not a field of a schedule' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
}

/**
 * Checks a JSON schedule and fills in the defaults. Throws INVALID_SCHEDULE with `details.errors` (paths such as `day_of_month`): if it is
 * not a schedule, contradicts itself, or can never fire.
 */
export function parseSchedule(json: unknown, defaults: ScheduleDefaults = {}): Schedule {
  const filled = withDefaultZone(json, defaults);
  const result = parsedBy(scheduleSchema, filled);
  if (!result.success) throw refuse(fieldErrors(result.error));
  const schedule = scheduleFromJson(result.data);
  return { ...schedule, timezone: zoneNames.resolve(schedule.timezone) ?? schedule.timezone };
}

function withDefaultZone(json: unknown, { timezone }: ScheduleDefaults): unknown {
  if (timezone === undefined || typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const given = json as ScheduleJson;
  return given.timezone === undefined ? { ...given, timezone } : json;
}

const isCamel = (input: object): boolean => Object.keys(input).some((key) => /[A-Z]/.test(key));

/** The same from either notation; if the input is in camelCase, so are the paths of errors. */
export function normalizeSchedule(input: ScheduleLike, defaults: ScheduleDefaults = {}): Schedule {
  try {
    return parseSchedule(inputToJson(input), defaults);
  } catch (error) {
    if (!(error instanceof SchedulerError) || !isCamel(input)) throw error;
    throw refuse((error.details.errors ?? []).map((one) => ({ ...one, path: CAMEL_NAMES[one.path] ?? one.path })));
  }
}

/** The JSON of either notation, without undefined fields; unknown fields are kept, so that they are refused by name. */
export function inputToJson(input: ScheduleLike): ScheduleJson {
  const names: Readonly<Record<string, string>> = JSON_NAMES;
  const given = input as Readonly<Record<string, unknown>>;
  const json: Record<string, unknown> = {};
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (value !== undefined && value !== null) json[names[key] ?? key] = value;
  }
  return json;
}

/** The JSON of a schedule, with its defaults and without open fields; parseSchedule reads it back unchanged. */
export function scheduleToJson(schedule: Schedule): ScheduleJson {
  const json: Record<string, unknown> = {};
  for (const [camel, snake] of Object.entries(JSON_NAMES)) {
    const value = schedule[camel as keyof Schedule];
    if (value !== null) json[snake] = value;
  }
  if (schedule.frequency === 'cron') delete json.interval;
  return json;
}

/** The camelCase form of a JSON schedule. */
export function jsonToInput(json: ScheduleJson): ScheduleInput {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [CAMEL_NAMES[key] ?? key, value as unknown]));
}

/** Throws INVALID_SCHEDULE if a schedule whose open dates come from `anchor` can never fire. */
export function assertCanFire(schedule: Schedule, anchor: Date): void {
  if (compileSchedule(schedule, { anchor }).never()) throw refuse([whyNever(schedule, { anchor })]);
}

/** The same, and also if it has no occurrence after a given time. */
export function assertFiresAfter(schedule: Schedule, anchor: Date, after: Date): void {
  assertCanFire(schedule, anchor);
  if (compileSchedule(schedule, { anchor }).next(after.getTime()) === null) {
    throw nothingLeft(schedule, anchor, after.getTime());
  }
}

/** For a schedule that could fire, but no longer from a given time on. */
export const nothingLeft = (schedule: Schedule, anchor: Date, afterMs: number): SchedulerError =>
  refuse([whyNever(schedule, { anchor, afterMs })]);
