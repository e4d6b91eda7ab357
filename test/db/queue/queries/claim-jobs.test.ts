// Claims beside the jobs: what is listed is nobody else's, and an end counts only while its claim lists it.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { withSchema } from '../../../../src/db/database.js';
import { claimJobs, type LaneShare } from '../../../../src/db/queue/queries/claim-jobs.js';
import { completeJobs } from '../../../../src/db/queue/queries/complete-jobs.js';
import { cancelJob, retryJobs } from '../../../../src/db/queue/admin-queries/manage-jobs.js';
import { releaseJobs, shortenClaims } from '../../../../src/db/queue/queries/release-jobs.js';
import { settleJobs } from '../../../../src/db/queue/queries/settle-jobs.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { joinInstance } from '../../../scheduler/queue/support.js';

let database: TestDatabase;
let instanceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query('DELETE FROM punctual.jobs; DELETE FROM punctual.job_claims');
  instanceId = (await joinInstance(database)).id;
});

const insert = async (count: number, type = 'a', payload = '{}'): Promise<void> => {
  await database.pool.query(
    `INSERT INTO punctual.jobs (id, type, payload, run_at)
     SELECT gen_random_uuid(), $2, $3::jsonb, now() - interval '1 minute' + n * interval '1 ms' FROM generate_series(1, $1) n`,
    [count, type, payload],
  );
};

const lane = (take: number, type = 'a', floor: number | null = null): LaneShare => ({
  ...{ priority: 2, bucket: -1 },
  ...{ type, floor, take },
});

const claim = async (...lanes: LaneShare[]) => {
  const token = randomUUID();
  const { jobs, floors } = await claimJobs(database.db, { lanes, instanceId, token, now: null });
  for (const { id, place } of jobs) placeOf.set(id, place);
  return { token, jobs, floors, ids: jobs.map(({ id }) => id) };
};

const placeOf = new Map<string, string>();
const complete = (token: string, ids: readonly string[], spent: readonly string[] = []) =>
  completeJobs(
    database.db,
    ids.map((id) => ({ id, token, place: placeOf.get(id) ?? '', durationMs: 5, result: null })),
    spent,
    null,
  );

const stateOf = async (id: string): Promise<{ status: string; attempt: number } | undefined> => {
  const { rows } = await database.pool.query<{ status: string; attempt: number }>(
    'SELECT status, attempt FROM punctual.jobs WHERE id = $1',
    [id],
  );
  return rows[0];
};

describe('a claim', () => {
  it('takes each job once, however many claim at once', async () => {
    await insert(200);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(lane(15))));
    const ids = claims.flatMap((one) => one.ids);
    expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
  });

  it('goes lane by lane in the order of time, and says where each lane ended', async () => {
    await insert(3);
    await insert(2, 'b');
    const { jobs, floors, token } = await claim(lane(2), lane(5, 'b'));
    expect(jobs.map((job) => job.lane)).toEqual([1, 1, 2, 2]);
    const { rows } = await database.pool.query<{ us: number }>(
      `SELECT (extract(epoch FROM run_at) * 1000000)::float8 AS us FROM punctual.jobs j JOIN punctual.job_claims c
         ON j.id = ANY(c.job_ids) WHERE c.token = $1 AND j.type = 'a' ORDER BY run_at DESC`,
      [token],
    );
    expect(floors[1]).toBe(rows[0]?.us);
    const rest = await claim(lane(5, 'a', floors[1] ?? null));
    expect(rest.jobs).toHaveLength(1);
  });

  it('leaves the jobs themselves as they are', async () => {
    await insert(1);
    const { ids } = await claim(lane(1));
    expect(await stateOf(ids[0] as string)).toEqual({ status: 'pending', attempt: 0 });
  });

  it('brings what only some jobs have', async () => {
    await insert(2);
    await database.pool.query(
      `UPDATE punctual.jobs SET tenant_id = 't', attempt = 2 WHERE id = (SELECT id FROM punctual.jobs ORDER BY run_at DESC LIMIT 1)`,
    );
    const { jobs } = await claim(lane(2));
    expect(jobs.map(({ attempt, extras }) => [attempt, extras?.tenant_id ?? null])).toEqual([
      [1, null],
      [3, 't'],
    ]);
  });

  it('stops at 16 MiB of payloads, and takes one that is larger than that alone', async () => {
    // random text does not compress
    await database.pool.query(
      `INSERT INTO punctual.jobs (id, type, payload)
       SELECT gen_random_uuid(), 'big', jsonb_build_object('n', n, 'text',
         (SELECT string_agg(md5(random()::text || i::text || n::text), '') FROM generate_series(1, 200000) i))
       FROM generate_series(1, 6) n`,
    );
    const first = await claim(lane(6, 'big'));
    expect(first.jobs.length).toBeGreaterThan(0);
    expect(first.jobs.length).toBeLessThan(6);
    const second = await claim(lane(6, 'big'));
    expect(first.jobs.length + second.jobs.length).toBeLessThanOrEqual(6);
    expect(second.jobs.length).toBeGreaterThan(0);
  });

  it('gives nothing to an instance that was declared dead', async () => {
    await insert(1);
    await database.pool.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE id = $1`, [instanceId]);
    expect((await claim(lane(1))).jobs).toEqual([]);
    expect((await database.pool.query('SELECT FROM punctual.job_claims')).rows).toEqual([]);
  });

  it('refuses a connection on which it could not see what others hold', async () => {
    const client = await database.pool.connect();
    const request = { lanes: [lane(1)], instanceId, token: randomUUID(), now: null };
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await expect(claimJobs(withSchema(client, 'punctual'), request)).rejects.toThrow('READ COMMITTED');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('an end', () => {
  it('counts once, and the claim goes with its last job', async () => {
    await insert(2);
    const { token, ids } = await claim(lane(2));
    expect(await complete(token, ids, [token])).toEqual([]);
    expect(await stateOf(ids[0] as string)).toEqual({ status: 'completed', attempt: 1 });
    expect((await database.pool.query('SELECT FROM punctual.job_claims')).rows).toEqual([]);
    expect(await complete(token, ids, [token])).toHaveLength(2);
  });

  it('changes nothing once the claim was taken away, and does not count for the next claim of the same job', async () => {
    await insert(1);
    const first = await claim(lane(1));
    await releaseJobs(database.db, first.ids, [first.token]);
    const second = await claim(lane(1));
    expect(second.ids).toEqual(first.ids);
    expect(await complete(first.token, first.ids)).toEqual(first.ids);
    expect(await stateOf(first.ids[0] as string)).toEqual({ status: 'pending', attempt: 0 });
  });

  it('of a job that was cancelled and put back meanwhile changes nothing', async () => {
    await insert(1);
    const { token, ids } = await claim(lane(1));
    const id = ids[0] as string;
    const options = { reason: 'by hand', pendingOnly: false, now: null };
    expect(await cancelJob(database.db, id, options)).toMatchObject({ wasClaim: token });
    await retryJobs(database.db, [id], null);
    expect(await complete(token, ids)).toEqual(ids);
    expect(await stateOf(id)).toEqual({ status: 'pending', attempt: 0 });
    expect((await claim(lane(1))).ids).toEqual(ids);
  });

  it('of one that waits for its retry takes it off the claim; the others of the claim end as before', async () => {
    await insert(3);
    const { token, ids } = await claim(lane(3));
    const [bad = '', ...good] = ids;
    const failed = { id: bad, token, status: 'failed' as const, delay_ms: 0, duration_ms: 1, error_message: 'no' };
    expect(await settleJobs(database.db, [failed], [], null)).toHaveLength(1);
    expect(await stateOf(bad)).toEqual({ status: 'failed', attempt: 1 });
    const again = await claim(lane(3));
    expect(again.ids).toEqual([bad]);
    expect(await complete(token, good, [token])).toEqual([]);
  });

  it('leaves a claim that is held for long with what is still in hand, and its other jobs end as before', async () => {
    await insert(4);
    const { token, ids } = await claim(lane(4));
    expect(await complete(token, ids.slice(0, 3))).toEqual([]);
    await database.pool.query(`UPDATE punctual.job_claims SET claimed_at = now() - interval '11 seconds'`);
    await shortenClaims(database.db, instanceId, { olderThanS: 10, longerThan: 4 });
    const { rows } = await database.pool.query('SELECT job_ids FROM punctual.job_claims');
    expect(rows).toEqual([{ job_ids: [ids[3]] }]);
    expect(await complete(token, ids.slice(3), [token])).toEqual([]);
    expect((await database.pool.query('SELECT FROM punctual.job_claims')).rows).toEqual([]);
  });

  it('whose row has moved since the claim is left to the longer way', async () => {
    await insert(1);
    const { token, ids } = await claim(lane(1));
    await database.pool.query('UPDATE punctual.jobs SET progress = 0.5');
    expect(await complete(token, ids, [token])).toEqual(ids);
    const done = { id: ids[0] as string, token, status: 'completed' as const, duration_ms: 1 };
    expect(await settleJobs(database.db, [done], [token], null)).toHaveLength(1);
    expect((await database.pool.query('SELECT FROM punctual.job_claims')).rows).toEqual([]);
  });
});
