// Reads the schedule of a stored row, whatever stands there: adopted rows hold values that nobody checked. Never throws.
import {
  compileSchedule,
  parseSchedule,
  runtimeZones,
  usesAnchor,
  type CompiledSchedule,
  type Schedule,
  type ZoneTables,
} from '../scheduler/schedule/index.js';

/** What a row says about its schedule. Text as it stands in the database. */
export interface StoredSchedule {
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly anchorMs: number | null;
}

export type Irregularity = 'unknown_frequency' | 'unknown_timezone' | 'invalid_schedule';

export interface ReadSchedule {
  readonly schedule: Schedule;
  /** What could not be read and was replaced by its default; empty when all is in order. */
  readonly irregular: readonly Irregularity[];
}

export interface ScheduleBook {
  compiled(stored: StoredSchedule): CompiledSchedule;
  read(stored: StoredSchedule): ReadSchedule;
}

export interface ScheduleBookOptions {
  /** For rows without a zone, or with one that this runtime does not know. */
  readonly defaultTimezone: string;
  /** Schedules kept, read and compiled; the oldest go first. */
  readonly max?: number;
  readonly zones?: ZoneTables;
}

const DAY_MS = 86_400_000;

function attempt(json: unknown, timezone: string): Schedule | null {
  try {
    return parseSchedule(json, { timezone });
  } catch {
    return null;
  }
}

function parsedJson(text: string | null): Record<string, unknown> | null {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Takes from a row what is right and the default for what is not: unknown frequency daily, unknown zone the default one. */
export function readStoredSchedule(stored: StoredSchedule, defaultTimezone: string): ReadSchedule {
  const irregular: Irregularity[] = [];
  const name = stored.frequency?.trim().toLowerCase() ?? 'daily';
  const extras = parsedJson(stored.schedule);
  const zoned = stored.timezone === null ? {} : { timezone: stored.timezone };
  const whole = attempt({ ...extras, frequency: name, ...zoned }, defaultTimezone);
  if (whole !== null && extras !== null) return { schedule: whole, irregular };

  const timezone = attempt(zoned, defaultTimezone)?.timezone;
  if (timezone === undefined) irregular.push('unknown_timezone');
  const zone = timezone ?? defaultTimezone;
  const known = name === 'cron' || attempt({ frequency: name }, zone) !== null;
  if (!known) irregular.push('unknown_frequency');
  const mended = { ...extras, frequency: known ? name : 'daily', timezone: zone };
  const schedule = attempt(mended, zone);
  if (schedule !== null && extras !== null) return { schedule, irregular };
  irregular.push('invalid_schedule');
  const bare = attempt({ frequency: known ? name : 'daily', timezone: zone }, zone);
  return { schedule: bare ?? parseSchedule({ timezone: zone }), irregular };
}

function bounded<V>(max: number): { get(key: string, make: () => V): V } {
  const entries = new Map<string, V>();
  return {
    get(key, make) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const value = make();
      if (entries.size >= max) entries.delete(entries.keys().next().value as string);
      entries.set(key, value);
      return value;
    },
  };
}

/** Reads and compiles each distinct schedule once; what takes its dates from the row's anchor is kept per local day of that. */
export function createScheduleBook({
  defaultTimezone,
  max = 20_000,
  zones = runtimeZones,
}: ScheduleBookOptions): ScheduleBook {
  const readings = bounded<ReadSchedule & { readonly anchored: boolean }>(max);
  const compiled = bounded<CompiledSchedule>(max);
  const keyOf = ({ frequency, timezone, schedule }: StoredSchedule): string =>
    `${frequency ?? ''}|${timezone ?? ''}|${schedule ?? ''}`;
  const reading = (stored: StoredSchedule, key: string): ReadSchedule & { readonly anchored: boolean } =>
    readings.get(key, () => {
      const read = readStoredSchedule(stored, defaultTimezone);
      return { ...read, anchored: usesAnchor(read.schedule) };
    });
  return {
    read: (stored) => reading(stored, keyOf(stored)),
    compiled(stored) {
      const key = keyOf(stored);
      const { schedule, anchored } = reading(stored, key);
      const anchorMs = stored.anchorMs ?? 0;
      const day = anchored
        ? Math.floor((anchorMs + zones.of(schedule.timezone).spanAt(anchorMs).offset) / DAY_MS)
        : null;
      return compiled.get(`${day}|${key}`, () => compileSchedule(schedule, { anchor: new Date(anchorMs), zones }));
    },
  };
}
