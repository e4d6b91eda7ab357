// Moves occurrences of recurring jobs: to a later one of their series after an outage, or with new rules of their time zone.
import type { Db } from '../../database.js';
import { listed } from './rows.js';

/** Instants in milliseconds since the epoch. */
export interface OccurrenceTimes {
  readonly nominalMs: number;
  readonly effectiveMs: number;
}

/** Turns a claimed job into another occurrence of its series. False: the claim was lost and nothing was changed. */
export async function moveClaimedOccurrence(
  db: Db,
  { id, claimToken }: { readonly id: string; readonly claimToken: string },
  to: OccurrenceTimes,
): Promise<boolean> {
  const result = await db.query(
    `UPDATE {schema}.jobs SET scheduled_for = $3, run_at = $4
     WHERE id = $1 AND completed_at IS NULL AND ${listed('$1', '$2')}`,
    [id, claimToken, new Date(to.nominalMs), new Date(to.effectiveMs)],
  );
  return result.rowCount === 1;
}

/** An occurrence that waits for its first attempt. */
export interface WaitingOccurrence {
  readonly id: string;
  readonly series_id: string;
  readonly schedule: unknown;
  readonly scheduled_for: Date;
  readonly run_at: Date;
}

/** The position at which a page of waiting occurrences ended. */
export type SeriesCursor = Pick<WaitingOccurrence, 'series_id' | 'scheduled_for'>;

/** Waiting occurrences, series by series. */
export async function listWaitingOccurrences(
  db: Db,
  after: SeriesCursor | null,
  limit: number,
): Promise<readonly WaitingOccurrence[]> {
  const { rows } = await db.query<WaitingOccurrence & Record<string, unknown>>(
    `SELECT j.id, j.series_id, j.schedule, j.scheduled_for, j.run_at FROM {schema}.jobs j
     WHERE j.series_id IS NOT NULL AND j.schedule IS NOT NULL AND j.completed_at IS NULL AND j.attempt = 0
       AND ($1::uuid IS NULL OR (j.series_id, j.scheduled_for) > ($1, $2::timestamptz))
     ORDER BY j.series_id, j.scheduled_for LIMIT $3`,
    [after?.series_id ?? null, after?.scheduled_for ?? null, limit],
  );
  return rows;
}

export interface MovedOccurrence {
  readonly id: string;
  /** Its previous nominal time. */
  readonly from: Date;
  readonly to: OccurrenceTimes;
}

/**
 * Moves occurrences that are still waiting at their observed time, and returns their number. In a transaction that holds the lock of the
 * claims.
 */
export async function moveWaitingOccurrences(db: Db, moves: readonly MovedOccurrence[]): Promise<number> {
  const result = await db.query(
    `UPDATE {schema}.jobs j SET scheduled_for = u.nominal, run_at = u.due
     FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[]) AS u (id, was, nominal, due)
     WHERE j.id = u.id AND j.completed_at IS NULL AND j.attempt = 0 AND j.scheduled_for = u.was
       AND NOT EXISTS (SELECT FROM {schema}.job_claims c WHERE j.id = ANY(c.job_ids))`,
    [
      moves.map(({ id }) => id),
      moves.map(({ from }) => from),
      moves.map(({ to }) => new Date(to.nominalMs)),
      moves.map(({ to }) => new Date(to.effectiveMs)),
    ],
  );
  return result.rowCount ?? 0;
}
