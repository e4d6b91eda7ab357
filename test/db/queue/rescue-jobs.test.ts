// Claims of an instance that is gone: which of its jobs a crash is counted for, and how a start is written down.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { markDead, markStopped } from '../../../src/db/engine/queries/instances/instances.js';
import { claimJobs } from '../../../src/db/queue/queries/claim-jobs.js';
import { retryJobs } from '../../../src/db/queue/admin-queries/manage-jobs.js';
import { noteStart } from '../../../src/db/queue/queries/note-start.js';
import { releaseJobs, rescueJobs } from '../../../src/db/queue/queries/release-jobs.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;

/** A living instance that has claimed what is due. */
async function holder(): Promise<{ id: string; token: string }> {
  const { rows } = await database.pool.query<{ id: string; token: string }>(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key)
     VALUES (gen_random_uuid(), 'test', 1, '0', nextval('punctual.presence_keys'))
     RETURNING id, gen_random_uuid() AS token`,
  );
  const [{ id, token }] = rows as [{ id: string; token: string }];
  const lanes = [{ priority: 2, type: 'work', bucket: -1, floor: null, take: 100 }];
  await claimJobs(database.db, { lanes, instanceId: id, token, now: null });
  return { id, token };
}

async function insertJobs(count: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO punctual.jobs (id, type) SELECT gen_random_uuid(), 'work' FROM generate_series(1, $1) RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

const die = async (id: string, how: { surely?: boolean } = {}): Promise<number> =>
  database.db.transaction(async (tx) => {
    await markDead(tx, [id], { leaseS: 60, ...how });
    return rescueJobs(tx, [id]);
  });

async function stateOf(id: string): Promise<{ status: string; attempt: number; crashes: number; proven: boolean }> {
  const { rows } = await database.pool.query(
    `SELECT status, attempt, crashes, coalesce(crash_proven, false) AS proven FROM punctual.jobs WHERE id = $1`,
    [id],
  );
  return rows[0];
}

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.pool.query('TRUNCATE punctual.jobs, punctual.job_claims, punctual.scheduler_instances CASCADE');
});
afterAll(() => database.close());

describe('a process that died', () => {
  it('makes suspects of all that it held, once', async () => {
    const ids = await insertJobs(3);
    for (let death = 0; death < 4; death += 1) expect(await die((await holder()).id)).toBe(3);
    for (const id of ids)
      expect(await stateOf(id)).toEqual({ status: 'pending', attempt: 0, crashes: 1, proven: false });
  });

  it('counts from then on for what had begun only', async () => {
    const [begun, waiting] = (await insertJobs(2)) as [string, string];
    await die((await holder()).id);
    const second = await holder();
    expect(await noteStart(database.db, begun, second.token)).toEqual({ crash_proven: false });
    await die(second.id);
    expect(await stateOf(begun)).toMatchObject({ crashes: 2, proven: true });
    expect(await stateOf(waiting)).toMatchObject({ crashes: 1, proven: false });
    const third = await holder();
    expect(await noteStart(database.db, begun, third.token)).toEqual({ crash_proven: true });
  });

  it('proves the crash at once where the first start was written down', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { id: instance, token } = await holder();
    await noteStart(database.db, id, token);
    await die(instance);
    expect(await stateOf(id)).toMatchObject({ crashes: 1, proven: true });
  });

  it('is forgotten by a retry by hand', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { id: instance, token } = await holder();
    await noteStart(database.db, id, token);
    await die(instance);
    await database.pool.query(`UPDATE punctual.jobs SET status = 'dead', completed_at = now(), dead_at = now()`);
    await retryJobs(database.db, [id], null);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', crashes: 0, proven: false });
  });
});

describe('a process that lives on', () => {
  it('has no crash counted when it rescues its own former life, also for what had begun', async () => {
    const ids = await insertJobs(2);
    const { id, token } = await holder();
    await noteStart(database.db, ids[0]!, token);
    expect(await die(id, { surely: true })).toBe(2);
    for (const job of ids)
      expect(await stateOf(job)).toEqual({ status: 'pending', attempt: 0, crashes: 0, proven: false });
  });

  it('has none counted when a claim of that life is found later', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { id: instance } = await holder();
    await markDead(database.db, [instance], { leaseS: 60, surely: true });
    expect(await rescueJobs(database.db, [])).toBe(1);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', crashes: 0 });
  });

  it('has none counted for what it leaves behind when it stops', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { id: instance } = await holder();
    await markStopped(database.db, instance);
    expect(await rescueJobs(database.db, [instance])).toBe(1);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', crashes: 0 });
  });
});

describe('a start', () => {
  it('is refused when the claim was given back', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { token } = await holder();
    await releaseJobs(database.db, [id], [token]);
    expect(await noteStart(database.db, id, token)).toBeUndefined();
  });

  it('is refused when the instance is being declared dead at this moment, and counts for nothing', async () => {
    const [id] = (await insertJobs(1)) as [string];
    const { id: instance, token } = await holder();
    await die(instance); // a suspect now
    const second = await holder();
    const judge = await database.pool.connect();
    try {
      await judge.query('BEGIN');
      await judge.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE id = $1`, [second.id]);
      const start = noteStart(database.db, id, second.token);
      await judge.query('COMMIT');
      expect(await start).toBeUndefined();
    } finally {
      judge.release();
    }
    await rescueJobs(database.db, [second.id]);
    expect(await stateOf(id)).toMatchObject({ crashes: 1, proven: false });
    expect(await noteStart(database.db, id, token)).toBeUndefined();
  });
});
