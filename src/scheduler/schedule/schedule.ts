// The types of a schedule: the same fields everywhere, camelCase in TypeScript and snake_case in JSON.

export const FREQUENCIES = ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'cron'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** What to do when the local time does not exist on a day. */
export type DstGap = 'shift' | 'skip';
/** What to do when the local time exists twice on a day. */
export type DstOverlap = 'first' | 'second' | 'both';
/** What to do in a month that has no such day. */
export type MonthEnd = 'clamp' | 'skip';
/** What to do with occurrences whose time has passed. */
export type Misfire = 'once' | 'skip' | 'all';

/** A schedule as a user writes it; everything has a default. */
export interface ScheduleInput {
  readonly frequency?: Frequency;
  /** Every n-th period, counted from the one that contains `startsOn`. */
  readonly interval?: number;
  /** Local wall clock, `HH:MM` or `HH:MM:SS`; for `hourly` its minutes count. */
  readonly time?: string;
  /** 1 = Monday … 7 = Sunday; weekly only. */
  readonly dayOfWeek?: number;
  /** 1 … 31; monthly, quarterly and yearly. */
  readonly dayOfMonth?: number;
  /** 1 … 12; yearly, and the phase of quarterly. */
  readonly month?: number;
  /** Five fields, or six with seconds first; frequency `cron` only. */
  readonly cron?: string;
  /** An IANA name. */
  readonly timezone?: string;
  readonly dstGap?: DstGap;
  readonly dstOverlap?: DstOverlap;
  readonly monthEnd?: MonthEnd;
  readonly misfire?: Misfire;
  /** Seconds that an occurrence may be late with `misfire: 'skip'`. */
  readonly misfireGraceS?: number;
  /** Maximum number of missed occurrences that run with `misfire: 'all'`. */
  readonly misfireCap?: number;
  /** Seconds over which occurrences are spread by a hash of the entity. */
  readonly spreadS?: number;
  /** Local date `YYYY-MM-DD`, inclusive. */
  readonly startsOn?: string;
  /** Local date `YYYY-MM-DD`, inclusive. */
  readonly endsOn?: string;
}

/** A checked schedule with every default filled in; null: not given, or not used by this frequency. */
export interface Schedule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly time: string | null;
  readonly dayOfWeek: number | null;
  readonly dayOfMonth: number | null;
  readonly month: number | null;
  readonly cron: string | null;
  readonly timezone: string;
  readonly dstGap: DstGap;
  readonly dstOverlap: DstOverlap;
  readonly monthEnd: MonthEnd;
  readonly misfire: Misfire;
  readonly misfireGraceS: number;
  readonly misfireCap: number;
  readonly spreadS: number;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

/** A schedule as JSON, as used by the HTTP API and stored in the database. */
export interface ScheduleJson {
  frequency?: Frequency | undefined;
  interval?: number | undefined;
  time?: string | undefined;
  day_of_week?: number | undefined;
  day_of_month?: number | undefined;
  month?: number | undefined;
  cron?: string | undefined;
  timezone?: string | undefined;
  dst_gap?: DstGap | undefined;
  dst_overlap?: DstOverlap | undefined;
  month_end?: MonthEnd | undefined;
  misfire?: Misfire | undefined;
  misfire_grace_s?: number | undefined;
  misfire_cap?: number | undefined;
  spread_s?: number | undefined;
  starts_on?: string | undefined;
  ends_on?: string | undefined;
}

/** Either notation: functions that take this accept camelCase and snake_case names. */
export type ScheduleLike = ScheduleInput | ScheduleJson | Schedule;

/** A change of a schedule: null removes a field. */
export type SchedulePatch = { readonly [K in keyof ScheduleInput]?: ScheduleInput[K] | null };

/** The JSON name of every field. */
export const JSON_NAMES = {
  frequency: 'frequency',
  interval: 'interval',
  time: 'time',
  dayOfWeek: 'day_of_week',
  dayOfMonth: 'day_of_month',
  month: 'month',
  cron: 'cron',
  timezone: 'timezone',
  dstGap: 'dst_gap',
  dstOverlap: 'dst_overlap',
  monthEnd: 'month_end',
  misfire: 'misfire',
  misfireGraceS: 'misfire_grace_s',
  misfireCap: 'misfire_cap',
  spreadS: 'spread_s',
  startsOn: 'starts_on',
  endsOn: 'ends_on',
} as const satisfies Record<keyof Schedule, keyof ScheduleJson>;
