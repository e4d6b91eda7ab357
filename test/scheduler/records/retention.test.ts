// What is too old to be asked for goes, what may still be asked for stays.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pruneHistory } from '../../../src/db/engine/queries/records/prune-history.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const left = async (sql: string): Promise<string[]> => (await database.pool.query(sql)).rows.map((row) => row.name);

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

it('ends the audit log and the roll-ups too, at their own time', async () => {
  await database.pool.query(`
    INSERT INTO punctual.audit_log (actor, action, at) VALUES ('old', 'x', now() - interval '401 days'), ('young', 'x', now() - interval '399 days');
    INSERT INTO punctual.scheduler_stats (day, name) VALUES (current_date - 802, 'old'), (current_date - 798, 'young')`);
  await pruneHistory(database.db);
  expect(await left('SELECT actor AS name FROM punctual.audit_log')).toEqual(['young']);
  expect(await left('SELECT name FROM punctual.scheduler_stats')).toEqual(['young']);
});

it('goes on in small batches, and leaves what is too much for the next time', async () => {
  await database.pool.query(`
    TRUNCATE punctual.audit_log;
    INSERT INTO punctual.audit_log (actor, action, at) SELECT 'many', 'x', now() - interval '500 days' FROM generate_series(1, 25)`);
  expect(await pruneHistory(database.db, { batch: 4, batches: 3 })).toBe(12);
  expect(await pruneHistory(database.db, { batch: 4, batches: 30 })).toBe(13);
});
