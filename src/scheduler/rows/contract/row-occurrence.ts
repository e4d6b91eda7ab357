// What a row schedule passes to its handler for each due row, and the outcomes that the handler returns.
import type { Logger } from '../../../base/logger.js';
import type { Schedule } from '../../schedule/index.js';
import type { ModuleHost } from '../../host/module-host.js';

/** One occurrence of one row. Its identity is `(schedule, key, scheduledFor)`, the same on every attempt. */
export interface RowOccurrence<C extends string = string> {
  /** The name of the row schedule. */
  readonly schedule: string;
  /** The row's key, as text. */
  readonly key: string;
  /** The nominal time, as given by the row's schedule. */
  readonly scheduledFor: Date;
  /** When it was due: the nominal time plus the row's spread delay, or the time of its retry. */
  readonly dueAt: Date;
  /** The nominal time on the row's local clock, `2026-03-08T03:30:00`. */
  readonly localTime: string;
  /** The row's time zone, an IANA name. */
  readonly timezone: string;
  /** UTC offset of its local clock at the nominal time, in minutes. */
  readonly utcOffsetMinutes: number;
  /** The row's schedule, with every default filled in. */
  readonly rule: Schedule;
  readonly tenantId: string | null;
  /** 1 for the first. */
  readonly attempt: number;
  /** Earlier occurrences that the misfire policy folded into this one or left out (counted up to 1,000). */
  readonly missedCount: number;
  /** The first of them; null: none. */
  readonly missedFrom: Date | null;
  /** Nominal time of the row's next occurrence; null: this is the last one. */
  readonly nextScheduledFor: Date | null;
  /** The columns that the schedule asked for. Instants are Dates, JSON is values, `bigint` and `numeric` are text. */
  readonly row: Readonly<Record<C, unknown>>;
  /** `<schedule>:<key>:<scheduledFor>`, for anything that needs a key that is the same on every attempt. */
  readonly idempotencyKey: string;
}

/**
 * The outcome of an occurrence. `completed` and `skipped` advance the row; both leave a row in the ledger, `skipped` with its reason.
 * `failed` postpones the row by its retry policy and shows the error. `next` moves the next run of the row to this instant instead of its
 * schedule's next occurrence; null ends the row's schedule.
 */
export type RowOutcome =
  | 'completed'
  | { readonly outcome: 'completed'; readonly reason?: string; readonly next?: Date | null }
  | { readonly outcome: 'skipped'; readonly reason: string; readonly next?: Date | null }
  | { readonly outcome: 'failed'; readonly error: string };

/** The outcome of an occurrence that ran as a job; its row has already been advanced. Throwing is a failed attempt. */
export type RowRunOutcome =
  | 'completed'
  | { readonly outcome: 'completed'; readonly reason?: string }
  | { readonly outcome: 'skipped'; readonly reason: string };

/** The context of a handler. */
export interface RowContext<S = unknown> {
  /** Aborts at the time-out, when the run is cancelled, at the end of the grace period of a stop, and when the instance is lost. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** `enqueue`, `enqueueMany`, `use` and everything else that a module may use. */
  readonly host: ModuleHost;
  /** What the module's `create` returned; undefined for a row schedule that belongs to no module. */
  readonly state: S;
}
