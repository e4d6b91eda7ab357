// Reads the schedule of a stored row, whatever stands there: adopted rows hold values that nobody checked. Never throws.
import {
  compileSchedule,
  parseSchedule,
  runtimeZones,
  usesAnchor,
  type CompiledSchedule,
  type Schedule,
  type ZoneTables,
} from '../../scheduler/schedule/index.js';

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
  /** Schedules kept, read and compiled; what was not asked for lately goes first. */
  readonly max?: number;
  readonly zones?: ZoneTables;
}

const DAY_MS = 86_400_000;
/** Names as rows spell them; they come from users. */
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
  /** A zone that stands in the JSON; the row's own comes before it. */
  readonly timezone: string | null;
}

/** All but the zone: there are few rules and few zones, but many pairs of them. */
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

/** Takes from a row what is right and the default for what is not: unknown frequency daily, unknown zone the default one. */
export const readStoredSchedule = (stored: StoredSchedule, defaultTimezone: string): ReadSchedule =>
  inZone(readRule(stored), stored.timezone, { default: defaultTimezone, known: knownZone });

/**
 * Keeps `max` values at most, in two generations: when the younger is full, the older is forgotten as a whole. Deleting the
 * oldest entry of a large Map one by one costs far more than making what is missed anew.
 */
/** PostgreSQL knows infinity and years that a Date does not. */
const withinDates = (ms: number | null): number => (ms === null || Number.isNaN(new Date(ms).getTime()) ? 0 : ms);

function bounded<V>(max: number): { get(key: string, make: () => V): V } {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const add = (key: string, value: V): V => {
    if (young.size >= max / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    return value;
  };
  return {
    get(key, make) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const older = old.get(key);
      return add(key, older ?? make());
    },
  };
}

/** Reads and compiles each distinct schedule once; what takes its dates from the row's anchor is kept per local day of that. */
export function createScheduleBook({
  defaultTimezone,
  max = 4_000,
  zones = runtimeZones,
}: ScheduleBookOptions): ScheduleBook {
  const rules = bounded<Rule & { readonly anchored: boolean }>(max);
  const zoneNames = bounded<{ readonly name: string | null }>(MAX_ZONES);
  const compiled = bounded<CompiledSchedule>(max);
  const look: ZoneLook = {
    default: defaultTimezone,
    known: (timezone) => zoneNames.get(timezone, () => ({ name: knownZone(timezone) })).name,
  };
  const ruleOf = (stored: StoredSchedule): Rule & { readonly anchored: boolean } =>
    rules.get(`${stored.frequency ?? ''}|${stored.schedule ?? ''}`, () => {
      const rule = readRule(stored);
      return { ...rule, anchored: usesAnchor(rule.schedule) };
    });
  const read = (stored: StoredSchedule): ReadSchedule => inZone(ruleOf(stored), stored.timezone, look);
  const anchorDay = (stored: StoredSchedule, anchorMs: number): number => {
    const { timezone } = read(stored).schedule;
    return Math.floor((anchorMs + zones.of(timezone).spanAt(anchorMs).offset) / DAY_MS);
  };
  return {
    read,
    compiled(stored) {
      const anchorMs = withinDates(stored.anchorMs);
      const day = ruleOf(stored).anchored ? anchorDay(stored, anchorMs) : '';
      const key = `${day}|${stored.timezone ?? ''}|${stored.frequency ?? ''}|${stored.schedule ?? ''}`;
      return compiled.get(key, () => compileSchedule(read(stored).schedule, { anchor: new Date(anchorMs), zones }));
    },
  };
}
