// The history of one subscription, newest first.
import type { Db } from '../../database.js';

export interface LedgerRow {
  readonly subscription_id: string;
  readonly scheduled_for: Date;
  readonly outcome: string;
  readonly attempts: number;
  readonly started_at: Date | null;
  readonly finished_at: Date;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly response_status: number | null;
  readonly run_id: string | null;
  readonly occurrences: number;
  readonly last_scheduled_for: Date | null;
}

const LIST = `
SELECT subscription_id::text AS subscription_id, scheduled_for, outcome, attempts, started_at, finished_at, duration_ms, error,
       response_status, run_id, occurrences, last_scheduled_for
  FROM {schema}.{rows}_runs
 WHERE subscription_id = $1 AND ($2::timestamptz IS NULL OR scheduled_for < $2)
   AND ($4::timestamptz IS NULL OR scheduled_for >= $4)
 ORDER BY scheduled_for DESC LIMIT $3`;

/** One page, and one more row if there is a next page. Nominal times are whole milliseconds, so that a Date can be the cursor. */
export async function listLedger(
  db: Db,
  page: {
    readonly subscriptionId: string;
    readonly before: Date | null;
    readonly limit: number;
    /** Only occurrences since this time. */
    readonly since?: Date;
  },
): Promise<LedgerRow[]> {
  const values = [page.subscriptionId, page.before, page.limit + 1, page.since ?? null];
  const { rows } = await db.query<LedgerRow & Record<string, unknown>>(LIST, values);
  return rows;
}
