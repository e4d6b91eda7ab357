// What is too old to be asked for goes, what may still be asked for stays.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pruneHistory } from '../../../src/db/queries/meta.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('takes old runs, keys and instances away, and leaves what runs, lives or is young', async () => {
  await database.pool.query(`
    INSERT INTO punctual.scheduler_runs (process, exclusive, trigger, instance_id, status, started_at)
    SELECT p, false, 'tick', gen_random_uuid(), s, now() - a::interval
    FROM (VALUES ('old', 'completed', '91 days'), ('old but running', 'running', '91 days'), ('young', 'failed', '89 days')) v (p, s, a);
    INSERT INTO punctual.idempotency_keys (process, key, fingerprint, run_id, created_at)
    VALUES ('p', 'old', '', gen_random_uuid(), now() - interval '25 hours'), ('p', 'young', '', gen_random_uuid(), now());
    INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key, state, ended_at)
    VALUES (gen_random_uuid(), 'old', 1, '', 1, 'dead', now() - interval '8 days'),
      (gen_random_uuid(), 'young', 1, '', 2, 'stopped', now()), (gen_random_uuid(), 'alive', 1, '', 3, 'alive', NULL)`);
  await pruneHistory(database.db);
  const left = async (sql: string): Promise<string[]> => (await database.pool.query(sql)).rows.map((row) => row.name);
  expect(await left('SELECT process AS name FROM punctual.scheduler_runs ORDER BY 1')).toEqual([
    'old but running',
    'young',
  ]);
  expect(await left('SELECT key AS name FROM punctual.idempotency_keys')).toEqual(['young']);
  expect(await left('SELECT hostname AS name FROM punctual.scheduler_instances ORDER BY 1')).toEqual([
    'alive',
    'young',
  ]);
});
