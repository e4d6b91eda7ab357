// Shows the plans of the most frequent statements of subscriptions on a table of a million rows:
// `npx tsx bench/explain/claims.ts <url> [rows] [--plans]`. Replaces the subscriptions in that database.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createDatabase } from '../../src/db/database.js';
import { migrate } from '../../src/compose/database/migrate.js';
import { claimDueSubscriptions } from '../../src/db/subscriptions/claim/claim-due.js';
import { busyBuckets, claimDueFairly } from '../../src/db/subscriptions/claim/claim-fair.js';
import { claimExtraOccurrences, claimNarrowed } from '../../src/db/subscriptions/claim/claim-narrowed.js';
import { claimDeadOccurrences, listDeadOccurrences } from '../../src/db/subscriptions/claim/claim-retry.js';
import type { ClaimedRow } from '../../src/db/subscriptions/claim/claimed-row.js';
import { countForStatus } from '../../src/db/subscriptions/read/count.js';
import { nextSubscriptionDue } from '../../src/db/subscriptions/claim/next-due.js';
import { staleSubscriptions } from '../../src/db/subscriptions/change/recompute.js';
import { releaseSubscriptions, type ReleasedClaim } from '../../src/db/subscriptions/settle/release.js';
import { rescueSubscriptions } from '../../src/db/subscriptions/settle/rescue.js';
import { settleSubscriptions, type SettledOccurrence } from '../../src/db/subscriptions/settle/settle.js';
import { wakePausedSubscriptions } from '../../src/db/subscriptions/change/wake-paused.js';
import { explaining, showPlans, type Statement } from './explaining.js';

const [url, size = '1000000'] = process.argv.slice(2);
if (!url) throw new Error('the first argument must be the URL of a database that may be overwritten');
const LIMIT = 500;

async function seed(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query('TRUNCATE subscriptions CASCADE');
  await pool.query(`
    ALTER TABLE subscriptions DISABLE TRIGGER USER; ALTER TABLE subscription_processing DISABLE TRIGGER USER;
    INSERT INTO subscriptions (user_id, frequency, timezone, tenant_id)
      SELECT 'u' || n, 'daily', 'Europe/Berlin', 't' || n % 10000 FROM generate_series(1, ${rows}) n;
    INSERT INTO subscription_processing (subscription_id, next_run_at, runnable, bucket, anchor_at)
      SELECT id, now() + (random() * 24 - 0.2) * interval '1 hour', true, punctual.subscription_bucket(tenant_id, user_id), now() FROM subscriptions;
    UPDATE subscription_processing SET runnable = false, next_run_at = now() - interval '1 day'
      WHERE subscription_id IN (SELECT id FROM subscriptions LIMIT ${Math.floor(rows / 5)});
    ALTER TABLE subscriptions ENABLE TRIGGER USER; ALTER TABLE subscription_processing ENABLE TRIGGER USER`);
  await pool.query(`
    TRUNCATE punctual.subscription_runs;
    INSERT INTO punctual.subscription_runs (subscription_id, scheduled_for, outcome, attempts, finished_at, run_id)
      SELECT id, date_trunc('day', now()), 'dead', 5, now() - random() * interval '1 day', '${DEAD_RUN}' FROM subscriptions LIMIT 100000`);
  await pool.query('VACUUM (ANALYZE) punctual.subscription_runs');
  await pool.query('VACUUM (ANALYZE) subscriptions');
  await pool.query('VACUUM (ANALYZE) subscription_processing');
}

const settled = (row: ClaimedRow): SettledOccurrence => ({
  subscriptionId: row.subscriptionId,
  claimToken: row.claimToken,
  status: 'completed',
  final: true,
  nextAtMs: row.scheduledForMs + 86_400_000,
  nextForMs: row.scheduledForMs + 86_400_000,
  retryDelayMs: null,
  consecutiveFailures: 0,
  scheduledForMs: row.scheduledForMs,
  outcome: 'completed',
  attempts: 1,
  durationMs: 5,
  error: null,
  responseStatus: 200,
  runId: randomUUID(),
});

const released = (row: ClaimedRow): ReleasedClaim => ({
  subscriptionId: row.subscriptionId,
  claimToken: row.claimToken,
  wasStatus: row.wasStatus,
  scheduledForMs: row.wasScheduledForMs,
  undoExtra: false,
});

const NO_RUN = '00000000-0000-4000-8000-000000000000';
const DEAD_RUN = '00000000-0000-4000-8000-000000000001';
const everythingDead = {
  runId: null,
  since: null,
  until: new Date(8_000_000_000_000),
  narrowing: {},
  exceptRun: NO_RUN,
};

async function main(databaseUrl: string): Promise<void> {
  await migrate({ connectionString: databaseUrl });
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const database = createDatabase(pool, 'punctual');
  const instanceId = randomUUID();
  await database.query(
    `INSERT INTO {schema}.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'bench', 0, '0', 0)`,
    [instanceId],
  );
  await seed(pool, Number(size));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { db, last } = explaining(client);
  const by = { instanceId, limit: LIMIT, now: null };
  const due = { ...by, nominalUntil: null };
  const { rows: claimed } = await claimDueSubscriptions(database, due);
  const dead = await listDeadOccurrences(database, everythingDead, { after: null, limit: 50_000 });
  const page = { after: dead.at(-1) ?? null, limit: 1_000 };
  const occurrences = dead.slice(0, LIMIT);
  const floor = new Date((claimed[0]?.dueMs ?? 0) - 2_000);

  const statements: Statement[] = [
    ['claim, plain', () => claimDueSubscriptions(db, due)],
    ['busy buckets', () => busyBuckets(db, { ...due, floor: null })],
    [
      'claim, fair',
      () => claimDueFairly(db, { ...due, floor, buckets: Array.from({ length: 64 }, (_, bucket) => bucket) }),
    ],
    ['claim for one tenant', () => claimNarrowed(db, { ...by, narrowing: { tenantId: 't7' }, nominalUntil: null })],
    [
      'claim of extra occurrences (force)',
      () => claimExtraOccurrences(db, { ...by, narrowing: { tenantId: 't7' }, afterId: null }),
    ],
    ['dead occurrences, one page', () => listDeadOccurrences(db, everythingDead, page)],
    [
      'dead occurrences of a run, one page',
      () => listDeadOccurrences(db, { ...everythingDead, runId: DEAD_RUN }, page),
    ],
    [
      'claim of dead occurrences (retry by hand)',
      () => claimDeadOccurrences(db, by, { occurrences, until: everythingDead.until }),
    ],
    ['settle', () => settleSubscriptions(db, claimed.map(settled), null)],
    ['give back', () => releaseSubscriptions(db, claimed.map(released), null)],
    ['rescue', () => rescueSubscriptions(db, [instanceId], null)],
    ['next due', () => nextSubscriptionDue(db, null, null)],
    ['rows with a changed schedule', () => staleSubscriptions(db, null, LIMIT)],
    ['ends of pauses', () => wakePausedSubscriptions(db, null, LIMIT)],
    ['counts for the status', () => countForStatus(db, null)],
  ];
  console.log(`${size} rows, a fifth of them not runnable; chunks of ${LIMIT}`);
  await showPlans(statements, last);
  await client.end();
  await pool.end();
}

await main(url);
