// The ledger of a row schedule, newest first: for one row by nominal time, for all rows by the time of the entry.
import type { Db } from '../../database.js';

export interface RowRun {
  readonly row_key: string;
  readonly scheduled_for: Date;
  readonly outcome: string;
  readonly occurrences: number;
  readonly last_scheduled_for: Date | null;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly finished_at: Date;
  /** With microseconds, for the cursor. */
  readonly finished_text: string;
  readonly reason: string | null;
  readonly run_id: string | null;
}

type Row = RowRun & Record<string, unknown>;

const SELECT = `
SELECT row_key, scheduled_for, outcome, occurrences, last_scheduled_for, attempts, due_at, finished_at,
       (extract(epoch FROM finished_at))::text AS finished_text, reason, run_id
  FROM {schema}.row_runs WHERE schedule = $1`;

/** Returns one row more than the limit if there is a next page. */
export async function listRowLedger(
  db: Db,
  schedule: string,
  page: { readonly key: string; readonly before: Date | null; readonly limit: number },
): Promise<readonly RowRun[]> {
  const { rows } = await db.query<Row>(
    `${SELECT} AND row_key = $2 AND ($3::timestamptz IS NULL OR scheduled_for < $3) ORDER BY scheduled_for DESC LIMIT $4`,
    [schedule, page.key, page.before, page.limit + 1],
  );
  return rows;
}

export interface LedgerCursor {
  /** `finished_text` of the last row of the previous page. */
  readonly finished: string;
  readonly key: string;
  readonly scheduledFor: Date;
}

const after = `($3::numeric IS NULL OR (finished_at, row_key, scheduled_for) < (to_timestamp(0) + $3::numeric * interval '1 second', $4, $5::timestamptz))`;
const order = 'ORDER BY finished_at DESC, row_key DESC, scheduled_for DESC LIMIT $6';

/** `troubled`: only failed and dead occurrences. */
export async function listLedgerOfSchedule(
  db: Db,
  schedule: string,
  page: { readonly troubled: boolean; readonly after: LedgerCursor | null; readonly limit: number },
): Promise<readonly RowRun[]> {
  const values = [page.after?.finished ?? null, page.after?.key ?? null, page.after?.scheduledFor ?? null];
  const text = page.troubled
    ? `${SELECT} AND outcome IN ('failed', 'dead') AND ($2::boolean) AND ${after} ${order}`
    : `${SELECT} AND NOT $2::boolean AND ${after} ${order}`;
  const { rows } = await db.query<Row>(text, [schedule, page.troubled, ...values, page.limit + 1]);
  return rows;
}
