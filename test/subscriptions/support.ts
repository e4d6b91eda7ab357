// A subscription source on a real database, driven by hand: what the tests of this folder share.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import type { Attempt, OccurrenceCall } from '../../src/clients/subscription-worker/attempt.js';
import type { ClaimedSubscription } from '../../src/subscriptions/run/claimed-subscription.js';
import type { SettledEvent } from '../../src/subscriptions/run/settle-report.js';
import { createSubscriptionsApi } from '../../src/subscriptions/api/create-subscriptions-api.js';
import type { SubscriptionsApi } from '../../src/subscriptions/api/subscriptions-api.js';
import { createScheduleBook } from '../../src/subscriptions/schedules/stored-schedule.js';
import { createSubscriptionSource, type SubscriptionSource } from '../../src/subscriptions/run/subscription-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

export interface Bench {
  readonly source: SubscriptionSource;
  readonly instanceId: string;
  readonly calls: OccurrenceCall[];
  readonly events: SettledEvent[];
  /** What the processor answers; may be replaced. */
  answer: (call: OccurrenceCall) => Attempt | Promise<Attempt>;
  /** The time that every statement works with. */
  now: Date;
  /** Claims, executes and settles until nothing is due. */
  drain(limit?: number): Promise<void>;
}

export const ok: Attempt = { kind: 'ok', status: 200, durationMs: 1 };
export const broken = (retryAfterMs: number | null = null): Attempt => ({
  kind: 'broken',
  status: 500,
  durationMs: 1,
  retryAfterMs,
  error: { code: 'HTTP_500', message: 'no' },
});
export const rejected: Attempt = {
  kind: 'rejected',
  status: 422,
  durationMs: 1,
  error: { code: 'HTTP_422', message: 'not this one' },
};

export const schedules = createScheduleBook({ defaultTimezone: 'UTC' });

/** What one can do with the subscriptions of a bench, at its time. */
export const apiOf = (database: TestDatabase, bench: Bench): SubscriptionsApi =>
  createSubscriptionsApi({
    database: database.db,
    schedules,
    defaultTimezone: 'Europe/Berlin',
    clock: systemClock,
    now: () => bench.now,
  });

export async function addInstance({ db }: TestDatabase): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO {schema}.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'test', 1, '0', 1)`,
    [id],
  );
  return id;
}

export async function createBench(
  database: TestDatabase,
  now: string,
  policy: Partial<{ maxAttempts: number; retryBaseMs: number; suspendAfter: number }> = {},
): Promise<Bench> {
  const instanceId = await addInstance(database);
  const calls: OccurrenceCall[] = [];
  const events: SettledEvent[] = [];
  const bench: Omit<Bench, 'source' | 'drain'> = { instanceId, calls, events, answer: () => ok, now: new Date(now) };
  const source = createSubscriptionSource({
    db: database.db,
    instanceId: () => instanceId,
    processor: async (call) => {
      calls.push(call);
      return bench.answer(call);
    },
    schedules,
    policy: { maxAttempts: 3, retryBaseMs: 60_000, suspendAfter: 3, ...policy },
    leaseS: 60,
    clock: systemClock,
    random: () => 0,
    onSettled: (event) => events.push(event),
    now: () => bench.now,
  });
  return Object.assign(bench, { source, drain: (limit = 50) => drainAll(source, limit) });
}

/** The hooks of a test file: one database, and for each test a bench at `now` on tables that hold nothing else. */
export function eachOnItsBench(now: string, use: (made: { database: TestDatabase; bench: Bench }) => void): void {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.pool.query('TRUNCATE subscriptions CASCADE');
    await database.db.query('TRUNCATE {schema}.subscription_runs, {schema}.audit_log');
    use({ database, bench: await createBench(database, now) });
  });
}

async function drainAll(source: SubscriptionSource, limit: number): Promise<void> {
  for (;;) {
    const { items, exhausted } = await source.claim({ limit });
    await runAll(source, items);
    // what ran may be due again: a misfire policy that runs all that was missed
    if (exhausted && items.length === 0) return;
  }
}

export async function runAll(source: SubscriptionSource, items: readonly ClaimedSubscription[]): Promise<void> {
  const signal = new AbortController().signal;
  const done = await Promise.all(
    items.map(async (item) => ({ item, outcome: await source.execute(item, { signal, runId: null }) })),
  );
  if (done.length > 0) await source.settle(done);
}

export interface NewRow {
  readonly frequency?: string;
  readonly timezone?: string;
  readonly schedule?: Record<string, unknown>;
  readonly tenantId?: string;
  readonly nextRunAt?: string | null;
  readonly status?: string;
}

/** A subscription with its processing row, as host code would add it. Answers its id. */
export async function addSubscription({ pool }: TestDatabase, row: NewRow = {}): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH s AS (
       INSERT INTO subscriptions (user_id, frequency, timezone, schedule, tenant_id) VALUES ('someone', $1, $2, $3, $4) RETURNING id)
     SELECT id FROM s`,
    [row.frequency ?? 'daily', row.timezone ?? null, row.schedule ?? null, row.tenantId ?? null],
  );
  const id = (rows[0] as { id: string }).id;
  await pool.query(`UPDATE subscription_processing SET status = $2, next_run_at = $3 WHERE subscription_id = $1`, [
    id,
    row.status ?? 'pending',
    row.nextRunAt ?? null,
  ]);
  return id;
}

export interface StoredRow {
  status: string;
  next_run_at: Date | null;
  scheduled_for: Date | null;
  last_run_at: Date | null;
  attempt: number;
  missed_count: number;
  consecutive_failures: number;
  error: string | null;
  claimed_by: string | null;
  claim_token: string | null;
  runnable: boolean;
  stale: boolean;
}

export async function rowOf({ pool }: TestDatabase, id: string): Promise<StoredRow> {
  const { rows } = await pool.query<StoredRow>(`SELECT * FROM subscription_processing WHERE subscription_id = $1`, [
    id,
  ]);
  return rows[0] as StoredRow;
}

export interface LedgerRow {
  scheduled_for: Date;
  last_scheduled_for: Date | null;
  outcome: string;
  occurrences: number;
  attempts: number;
}

export async function ledgerOf({ db }: TestDatabase, id: string): Promise<LedgerRow[]> {
  const { rows } = await db.query<LedgerRow & { [key: string]: unknown }>(
    `SELECT * FROM {schema}.subscription_runs WHERE subscription_id = $1 ORDER BY scheduled_for`,
    [id],
  );
  return rows;
}
