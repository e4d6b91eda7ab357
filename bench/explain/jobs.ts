// Shows the plans of operators' queries about jobs, on a million jobs of which 100,000 are dead:
// `npx tsx bench/explain/jobs.ts <url> [rows] [--plans]`. Replaces the jobs in that database.
import pg from 'pg';
import { migrate } from '../../src/compose/database/migrate.js';
import { listDeadGroups } from '../../src/db/queue/admin-queries/dead-groups.js';
import { listJobs } from '../../src/db/queue/admin-queries/read-jobs.js';
import { readJobGraph } from '../../src/db/queue/admin-queries/job-graph.js';
import { countRetryable, listRetryable } from '../../src/db/queue/admin-queries/manage-jobs.js';
import { explaining, showPlans, type Statement } from './explaining.js';

const [url, size = '1000000'] = process.argv.slice(2);
if (!url) throw new Error('the first argument must be the URL of a database that may be overwritten');

/** A tenth is dead, a tenth is waiting, a hundredth is between two attempts. Errors have 26 kinds and 7 codes, and many ids in the text. */
const seed = (rows: number): string => `
  INSERT INTO punctual.jobs (id, type, queue, payload, status, attempt, error_code, error_message, created_at, run_at, scheduled_for,
    completed_at, dead_at, duration_ms)
  SELECT id, 'type' || n % 20, 'queue' || n % 3, '{"recipient_id": "r1"}', status, 1, CASE WHEN bad THEN 'HTTP_' || n % 7 END,
    CASE WHEN bad THEN 'the receiver returned 503 for order ' || n || ' of cus_' || left(md5(n::text), 14) || ' (' || gen_random_uuid()
      || ') after ' || n % 3000 || ' ms; kind ' || chr(97 + n % 26) END,
    at, at, at, CASE WHEN status IN ('completed', 'dead') THEN at + interval '1 second' END,
    CASE WHEN status = 'dead' THEN at + interval '1 second' END, 20
  FROM (
    SELECT *, status IN ('dead', 'failed') AS bad FROM (
      SELECT n, (lpad(to_hex(n), 12, '0') || '7000800000000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid AS id,
        now() - (${rows} - n) * interval '30 days' / ${rows} AS at,
        CASE WHEN n % 10 = 0 THEN 'dead' WHEN n % 10 = 1 THEN 'pending' WHEN n % 100 = 2 THEN 'failed' ELSE 'completed' END AS status
      FROM generate_series(1, ${rows}) n) plain) job`;

/** A chain of 50,000 jobs, and 100,000 jobs that wait for the hundredth job of the chain. */
const EDGES = `
  WITH chain AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM punctual.jobs WHERE type = 'type3')
  INSERT INTO punctual.job_dependencies (job_id, depends_on)
  SELECT a.id, b.id FROM chain a JOIN chain b ON b.place = a.place - 1
  UNION ALL
  SELECT j.id, chain.id FROM punctual.jobs j, chain WHERE j.type IN ('type4', 'type5') AND chain.place = 100`;

const GROUP = {
  type: 'type10',
  errorCode: 'HTTP_1',
  errorGroup: 'the receiver returned # for order # of # (#) after # ms; kind a',
};
const PAGE = { limit: 51, before: null };
const LIMITS = { lookedAt: 100_000, grouped: 10_000, groups: 200 };

async function main(databaseUrl: string): Promise<void> {
  await migrate({ connectionString: databaseUrl, subscriptions: false });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('TRUNCATE punctual.jobs, punctual.job_dependencies CASCADE');
  await client.query(seed(Number(size)));
  await client.query(EDGES);
  await client.query('VACUUM (ANALYZE) punctual.jobs, punctual.job_dependencies');
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM punctual.jobs WHERE type = 'type3' ORDER BY id OFFSET 99 LIMIT 1`,
  );
  const hub = rows[0]?.id ?? '';
  const { db, last } = explaining(client);
  const statements: Statement[] = [
    ['groups of dead letters', () => listDeadGroups(db, {}, LIMITS)],
    ['groups of dead letters of a type', () => listDeadGroups(db, { type: 'type10' }, LIMITS)],
    ['search of errors, found often', () => listJobs(db, { error: 'kind b' }, PAGE)],
    ['search of errors, not found', () => listJobs(db, { error: 'kind none' }, PAGE)],
    ['dead letters of a group', () => listJobs(db, GROUP, PAGE)],
    ['between two attempts', () => listJobs(db, { status: ['failed'] }, PAGE)],
    ['dry run: dead letters of a group', () => countRetryable(db, GROUP, 10_000)],
    ['retry: ids of a group', () => listRetryable(db, GROUP, { cap: 10_000, now: null })],
    ['200 jobs around one that 100,000 wait for', () => readJobGraph(db, hub, 200)],
  ];
  await showPlans(statements, last);
  await client.end();
}

await main(url);
