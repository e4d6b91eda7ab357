// Reads the schedule of a stored row, whatever it contains: adopted rows have values that were never validated. Never throws.
import { createAnchoredSchedules, createBoundedCache } from '../../scheduler/rows/index.js';
import {
  parseSchedule,
  runtimeZones,
  type CompiledSchedule,
  type Schedule,
  type ZoneTables,
} from '../../scheduler/schedule/index.js';

/** The columns of a row's schedule, as text from the database. */
export interface StoredSchedule {
  readonly frequency: string | null;
  readonly timezone: string | null;
  readonly schedule: string | null;
  readonly anchorMs: number | null;
}

export type Irregularity = 'unknown_frequency' | 'unknown_timezone' | 'invalid_schedule';

export interface ReadSchedule {
  readonly schedule: Schedule;
  /** Fields that could not be read and were replaced by defaults; empty if there are none. */
  readonly irregular: readonly Irregularity[];
}

export interface ScheduleBook {
  compiled(stored: StoredSchedule): CompiledSchedule;
  read(stored: StoredSchedule): ReadSchedule;
}

export interface ScheduleBookOptions {
  /** The zone of rows without one, or with one that this runtime does not know. */
  readonly defaultTimezone: string;
  /** Maximum number of cached schedules; those that were not used recently are dropped first. */
  readonly max?: number;
  readonly zones?: ZoneTables;
}

/** Maximum number of cached names; they come from users. */
const MAX_ZONES = 2_000;

function attempt(json: unknown): Schedule | null {
  try {
    return parseSchedule(json);
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

interface Rule extends ReadSchedule {
  /** A zone in the JSON; the row's own zone takes precedence. */
  readonly timezone: string | null;
}

/** Everything except the zone: there are few rules and few zones, but many pairs of them. */
function readRule({ frequency, schedule: text }: Pick<StoredSchedule, 'frequency' | 'schedule'>): Rule {
  const name = frequency?.trim().toLowerCase() ?? 'daily';
  const json = parsedJson(text);
  const { timezone, ...given } = json ?? {};
  const zone = typeof timezone === 'string' ? timezone : null;
  const whole = json === null ? null : attempt({ ...given, frequency: name });
  if (whole !== null) return { schedule: whole, timezone: zone, irregular: [] };

  const known = name === 'cron' || attempt({ frequency: name }) !== null;
  const irregular: Irregularity[] = known ? [] : ['unknown_frequency'];
  const mended = known || json === null ? null : attempt({ ...given, frequency: 'daily' });
  if (mended !== null) return { schedule: mended, timezone: zone, irregular };
  const bare = known ? attempt({ frequency: name }) : null;
  return { schedule: bare ?? parseSchedule({}), timezone: zone, irregular: [...irregular, 'invalid_schedule'] };
}

const knownZone = (timezone: string): string | null => attempt({ timezone })?.timezone ?? null;

function inZone(
  { schedule, irregular, timezone: ofJson }: Rule,
  timezone: string | null,
  zones: ZoneLook,
): ReadSchedule {
  const wanted = timezone ?? ofJson;
  const found = wanted === null ? zones.default : zones.known(wanted);
  if (found !== null) return { schedule: { ...schedule, timezone: found }, irregular };
  return { schedule: { ...schedule, timezone: zones.default }, irregular: [...irregular, 'unknown_timezone'] };
}

interface ZoneLook {
  readonly default: string;
  known(timezone: string): string | null;
}

/** Takes valid fields from a row and defaults for the others: daily for an unknown frequency, the default zone for an unknown zone. */
export const readStoredSchedule = (stored: StoredSchedule, defaultTimezone: string): ReadSchedule =>
  inZone(readRule(stored), stored.timezone, { default: defaultTimezone, known: knownZone });

/**
 * Reads and compiles each distinct schedule once; schedules that take their dates from the row's anchor are cached per local day of the
 * anchor.
 */
export function createScheduleBook({
  defaultTimezone,
  max = 4_000,
  zones = runtimeZones,
}: ScheduleBookOptions): ScheduleBook {
  const rules = createBoundedCache<Rule>(max);
  const zoneNames = createBoundedCache<{ readonly name: string | null }>(MAX_ZONES);
  const compiled = createAnchoredSchedules(max, zones);
  const look: ZoneLook = {
    default: defaultTimezone,
    known: (timezone) => zoneNames.get(timezone, () => ({ name: knownZone(timezone) })).name,
  };
  const read = (stored: StoredSchedule): ReadSchedule => {
    const rule = rules.get(`${stored.frequency ?? ''}|${stored.schedule ?? ''}`, () => readRule(stored));
    return inZone(rule, stored.timezone, look);
  };
  return {
    read,
    compiled: (stored) => {
      const key = `${stored.timezone ?? ''}|${stored.frequency ?? ''}|${stored.schedule ?? ''}`;
      return compiled(key, () => read(stored).schedule, stored.anchorMs);
    },
  };
}
