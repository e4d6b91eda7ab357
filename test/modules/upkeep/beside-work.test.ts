// Cleaning beside running work: a writer of the same tables never waits a second, whatever cleans, and a process that is killed between
// two batches loses nothing.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Scheduler } from '../../../src/compose/create-scheduler.js';
import { isSchedulerError } from '../../../src/scheduler/public.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { startProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { counts, pass, seed, startUpkeep } from './upkeep-kit.js';

const OLD = 30_000;
const SLOW = { timeoutMs: 30_000 };
let database: TestDatabase;
let scheduler: Scheduler;
beforeAll(async () => {
  database = await createEmptyDatabase();
  scheduler = await startUpkeep(database);
});
beforeEach(() => database.pool.query('TRUNCATE verification_codes, oauth_states, page_visits, page_visits_archive'));
afterAll(async () => {
  await scheduler.stop({ graceMs: 0 });
  await database.close();
});

/**
 * Writes to rows old and young until `work` is done. The server refuses a statement that waits for a lock for a second, and each is
 * repeated to the end: what is returned is how many there were.
 */
async function writeBeside(work: Promise<unknown>): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`SET lock_timeout = '1s'`);
  let writes = 0;
  let over = false;
  const done = work.finally(() => (over = true));
  try {
    while (!over) {
      await client.query(`INSERT INTO page_visits (user_id) VALUES (1)`);
      await client.query(
        `UPDATE page_visits SET user_id = user_id WHERE id IN (SELECT id FROM page_visits ORDER BY visited_at LIMIT 5)`,
      );
      await client.query(
        `UPDATE verification_codes SET created_at = created_at WHERE id IN (SELECT id FROM verification_codes ORDER BY created_at LIMIT 5)`,
      );
      await client.query(`INSERT INTO oauth_states (expires_at) VALUES (now() + interval '1 hour')`);
      writes += 4;
    }
    await done;
    return writes;
  } finally {
    await client.end();
  }
}

it('lets writers of the same rows through', async () => {
  await seed(database, OLD, 1_000);
  const cleaning = pass(scheduler);
  const writes = await writeBeside(cleaning);
  expect(writes).toBeGreaterThan(0);
  expect(await cleaning).toMatchObject({ tables: { oauth_states: OLD } });
  // what the writer had locked in passing
  const { rows } = await database.pool.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM verification_codes WHERE created_at < now() - interval '30 days'`,
  );
  expect(rows[0]?.left).toBeLessThan(OLD / 10);
  await pass(scheduler);
  expect(await counts(database)).toMatchObject({ verification_codes: 1_000, page_visits_archive: OLD });
});

it('gives way to a lock on the whole table, and goes on with smaller batches when it is gone', async () => {
  await seed(database, 1_500, 0);
  const other = await database.pool.connect();
  await other.query('BEGIN');
  await other.query('LOCK TABLE verification_codes IN ACCESS EXCLUSIVE MODE');
  const cleaning = pass(scheduler);
  // it waits for no lock while it holds one: the other tables are done
  await waitFor(async () => {
    const { rows } = await database.pool.query<{ left: number }>('SELECT count(*)::int AS left FROM page_visits');
    return rows[0]?.left === 0;
  }, SLOW);
  await other.query('COMMIT');
  other.release();
  expect(await cleaning).toMatchObject({ cleaned_count: 4_500 });
});

it('is done once by two instances at a time', async () => {
  await seed(database, 6_000, 10);
  const second = await startUpkeep(database);
  const results = await Promise.all(
    [scheduler, second].map((one) =>
      pass(one).catch((error: unknown) => {
        if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
        return null;
      }),
    ),
  );
  expect(results).toContain(null);
  expect(results).toContainEqual(expect.objectContaining({ cleaned_count: 18_000 }));
  await second.stop({ graceMs: 0 });
  expect(await counts(database)).toMatchObject({ page_visits: 10, page_visits_archive: 6_000 });
});

it('ends when its budget does and goes on in the next pass', async () => {
  await seed(database, OLD, 0);
  const hasty = await startUpkeep(database, {}, { budgetS: 0.3 });
  const { finished } = await hasty.batch.begin({ by: 'test', only: ['cleanup'] });
  const { run } = await finished;
  expect(run.stoppedEarly).toBe(true);
  const left = await counts(database);
  expect(left['page_visits'] ?? 0).toBeGreaterThan(0);
  expect((left['page_visits'] ?? 0) + (left['page_visits_archive'] ?? 0)).toBe(OLD);
  await hasty.stop({ graceMs: 0 });
  await pass(scheduler);
  expect(await counts(database)).toMatchObject({ verification_codes: 0, page_visits: 0, page_visits_archive: OLD });
});

it('loses nothing and moves nothing twice when its process is killed between two batches', async () => {
  await seed(database, 60_000, 10);
  const dying = await startProcess({
    ...{
      script: 'test/modules/upkeep/upkeep-program.ts',
      ready: /"message":"up"/,
      env: { DATABASE_URL: database.url },
    },
  });
  await waitFor(async () => ((await counts(database))['page_visits_archive'] ?? 0) > 0, SLOW);
  await dying.stop('SIGKILL');
  expect(dying.lines.filter((line) => line.includes('"message":"pass"'))).toEqual([]);
  await waitFor(
    async () => {
      await pass(scheduler).catch(() => null);
      const { verification_codes: codes, page_visits: visits } = await counts(database);
      return codes === 10 && visits === 10;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  const { rows } = await database.pool.query(
    'SELECT count(DISTINCT id)::int AS ids, count(*)::int AS rows FROM page_visits_archive',
  );
  expect(rows).toEqual([{ ids: 60_000, rows: 60_000 }]);
});
