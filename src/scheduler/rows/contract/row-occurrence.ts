// What a row schedule hands to its handler for each row that is due, and what the handler says became of it.
import type { Logger } from '../../../base/logger.js';
import type { Schedule } from '../../schedule/index.js';
import type { ModuleHost } from '../../host/module-host.js';

/** One occurrence of one row. Its identity is `(schedule, key, scheduledFor)`, the same on every attempt. */
export interface RowOccurrence<C extends string = string> {
  /** The name of the row schedule. */
  readonly schedule: string;
  /** The row's key, as text. */
  readonly key: string;
  /** The nominal time: what the row's schedule names. */
  readonly scheduledFor: Date;
  /** When it was due: the nominal time and the row's place in the spread, or the time of its retry. */
  readonly dueAt: Date;
  /** The nominal time on the row's local clock, `2026-03-08T03:30:00`. */
  readonly localTime: string;
  /** The row's time zone, an IANA name. */
  readonly timezone: string;
  /** Minutes that its local clock is ahead of UTC at the nominal time. */
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
 * What became of an occurrence. `completed` and `skipped` advance the row; both leave a row in the ledger, `skipped` with its
 * reason. `failed` puts the row off by its retry policy, with the error for all to see. `next` moves the next run of the row to
 * this instant instead of its schedule's next occurrence; null ends the row's schedule.
 */
export type RowOutcome =
  | 'completed'
  | { readonly outcome: 'completed'; readonly reason?: string; readonly next?: Date | null }
  | { readonly outcome: 'skipped'; readonly reason: string; readonly next?: Date | null }
  | { readonly outcome: 'failed'; readonly error: string };

/** What became of an occurrence that ran as a job: its row has been advanced already. Throwing is a failed attempt. */
export type RowRunOutcome =
  | 'completed'
  | { readonly outcome: 'completed'; readonly reason?: string }
  | { readonly outcome: 'skipped'; readonly reason: string };

/** What a handler works with beside the occurrences. */
export interface RowContext<S = unknown> {
  /** Aborts at the time-out, when the run is cancelled, at the end of a stop's grace and when the instance is lost. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** `enqueue`, `enqueueMany`, `use` and all else that a module may use. */
  readonly host: ModuleHost;
  /** What the module's `create` returned; undefined for a row schedule that belongs to no module. */
  readonly state: S;
}
