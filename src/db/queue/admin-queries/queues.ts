// Settings of queues, and the token buckets that all instances draw from.
import type { Db } from '../../database.js';

export interface QueueState {
  readonly name: string;
  readonly paused: boolean;
  readonly concurrency: number | null;
  readonly updatedAt: Date;
}

export async function listQueues(db: Db): Promise<readonly QueueState[]> {
  const { rows } = await db.query<QueueState & Record<string, unknown>>(
    'SELECT name, paused, concurrency, updated_at AS "updatedAt" FROM {schema}.job_queues ORDER BY name',
  );
  return rows;
}

/** Changes the given fields and keeps the rest; `concurrency: null` removes the limit. */
export async function patchQueue(
  db: Db,
  name: string,
  patch: { paused?: boolean; concurrency?: number | null },
): Promise<QueueState> {
  const { rows } = await db.query<QueueState & Record<string, unknown>>(
    `INSERT INTO {schema}.job_queues AS q (name, paused, concurrency) VALUES ($1, coalesce($2, false), $3)
     ON CONFLICT (name) DO UPDATE SET paused = coalesce($2, q.paused),
       concurrency = CASE WHEN $4 THEN $3 ELSE q.concurrency END, updated_at = now()
     RETURNING name, paused, concurrency, updated_at AS "updatedAt"`,
    [name, patch.paused ?? null, patch.concurrency ?? null, patch.concurrency !== undefined],
  );
  return rows[0] as QueueState;
}

export interface TokenBucket {
  readonly name: string;
  /** The capacity of the bucket. */
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Draws up to `wanted` whole tokens and returns the number that was drawn. The bucket is refilled by the database's clock. A draw does not
 * wait for the disk: a crash of the server can undo the draws of at most one bucket, once.
 */
export async function drawTokens(db: Db, bucket: TokenBucket, wanted: number): Promise<number> {
  const { rows } = await db.query<{ granted: number }>(
    `INSERT INTO {schema}.job_rate_limits AS r (name, tokens, granted, refilled_at)
     VALUES ($1, $2::float8 - least($2::float8, $4::integer), least($2::float8, $4::integer), clock_timestamp())
     ON CONFLICT (name) DO UPDATE SET (tokens, granted, refilled_at) = (
       SELECT filled - least(floor(filled), $4::integer), least(floor(filled), $4::integer), moment
       FROM (SELECT clock_timestamp() AS moment) clock,
         LATERAL (SELECT least($2::float8, r.tokens + extract(epoch FROM moment - r.refilled_at) * $3::float8) AS filled) f
     )
     RETURNING granted, set_config('synchronous_commit', 'off', true)`,
    [bucket.name, bucket.burst, bucket.perSecond, wanted],
  );
  return rows[0]?.granted ?? 0;
}

/** The number of whole tokens in each bucket, in the given order. Draws none. */
export async function availableTokens(db: Db, buckets: readonly TokenBucket[]): Promise<readonly number[]> {
  const { rows } = await db.query<{ tokens: number }>(
    `SELECT floor(least(b.burst, coalesce(
       r.tokens + extract(epoch FROM clock_timestamp() - r.refilled_at)::float8 * b.per_second, b.burst)))::integer AS tokens
     FROM unnest($1::text[], $2::float8[], $3::float8[]) WITH ORDINALITY AS b (name, burst, per_second, place)
     LEFT JOIN {schema}.job_rate_limits r ON r.name = b.name ORDER BY b.place`,
    [
      buckets.map((bucket) => bucket.name),
      buckets.map((bucket) => bucket.burst),
      buckets.map((bucket) => bucket.perSecond),
    ],
  );
  return rows.map(({ tokens }) => tokens);
}
