// The batch: many processes in one run with one budget, instead of a cron entry for each.
import type { Run } from './run.js';

/** The process that runs the others. */
export const BATCH_PROCESS = 'queue_worker';

export interface BatchRequest {
  /** Runs those that are not due as well. */
  readonly all?: boolean;
  /** Runs only these, due or not. */
  readonly only?: readonly string[];
  /** Changes nothing and takes no slot; processes without a dry run are left out. */
  readonly dryRun?: boolean;
}

/**
 * The result of one process, as shown by the HTTP API: its return value with `duration_ms`, or `{ error, duration_ms }`, or `{ skipped }`
 * with why: `not_due` (`next_run_at`), `not_configured` (`missing`), `budget`, `stopping`, `disabled`, `paused` (`paused_until`), `running`
 * (`run_id`), `no_dry_run`.
 */
export type BatchResult = Readonly<Record<string, unknown>>;

export interface BatchReport {
  readonly run: Run;
  /** By process. */
  readonly results: Readonly<Record<string, BatchResult>>;
}

export interface StartedBatch {
  readonly id: string;
  /** Never rejects. */
  readonly finished: Promise<BatchReport>;
}
