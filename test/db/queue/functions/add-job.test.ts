// Jobs enqueued from SQL, by any client of the database: the same as those of `enqueue`, in the caller's own transaction.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { systemClock } from '../../../../src/base/clock.js';
import { migrate } from '../../../../src/compose/database/migrate.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createJobIds } from '../../../../src/scheduler/queue/define/job-id.js';
import { tenantBucket } from '../../../../src/scheduler/queue/define/tenant-bucket.js';
import { channelOf } from '../../../../src/scheduler/queue/wake/queue-channel.js';
import { queueKits, workOnce } from '../../../scheduler/queue/support.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';

let database: TestDatabase;
let host: pg.Client;
const { open, clear } = queueKits(() => database);
const role = `host_${randomBytes(4).toString('hex')}`;
const ran: unknown[] = [];
const greet = defineJob({
  type: 'greet',
  schema: z.object({ name: z.string() }),
  run: (_ctx, payload) => void ran.push(payload.name),
});

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA punctual TO ${role};
    GRANT EXECUTE ON FUNCTION punctual.add_job TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  host = new pg.Client({ connectionString: url.href });
  await host.connect();
});
beforeEach(() => void ran.splice(0));
afterEach(clear);
afterAll(async () => {
  await host.end();
  await database.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await database.close();
});

const add = async (args: string, values: unknown[] = [], client: pg.Client | pg.Pool = host): Promise<string> => {
  const { rows } = await client.query<{ id: string }>(`SELECT punctual.add_job(${args}) AS id`, values);
  return rows[0]?.id ?? '';
};
const jobs = async (): Promise<Record<string, unknown>[]> => {
  const { rows } = await database.pool.query<{ job: Record<string, unknown> }>(
    'SELECT to_jsonb(j) AS job FROM punctual.jobs j ORDER BY run_at, id',
  );
  return rows.map(({ job }) => job);
};

describe('add_job', () => {
  it('stores a job with the transaction of its caller, and wakes a worker when that commits', async () => {
    const kit = await open({ jobs: [greet], listen: () => ({ connectionString: database.url }), pollMs: 3_600_000 });
    const rival = await open({ jobs: [greet], start: false });
    // shows that the worker listens: from here on nothing but the commit below wakes it
    await rival.queue.enqueue(greet, { name: 'warm' });
    await waitFor(() => ran.includes('warm'));
    await host.query('BEGIN');
    const id = await add(`'greet', '{"name": "ann"}'`);
    expect(await jobs()).toHaveLength(1);
    await host.query('COMMIT');
    await kit.reaches(id, 'completed');
    expect(ran).toEqual(['warm', 'ann']);
  });

  it('leaves nothing behind when the transaction is rolled back', async () => {
    await host.query('BEGIN');
    await add(`'greet', '{"name": "ben"}', unique_key => 'ben'`);
    await host.query('ROLLBACK');
    expect(await jobs()).toEqual([]);
    await add(`'greet', '{"name": "ben"}', unique_key => 'ben'`);
    expect(await jobs()).toHaveLength(1);
  });

  it('stores what enqueue stores', async () => {
    const { queue } = await open({ jobs: [], start: false });
    const runAt = new Date('2030-01-02T03:04:05.678Z');
    await queue.enqueue(
      'greet',
      { name: 'cid' },
      {
        ...{
          runAt,
          priority: 'high',
          uniqueKey: 'one',
          tenantId: 'Zoë 🚲',
          workspaceId: 'w',
          userId: 'u',
          groupId: 'g',
        },
        ...{ maxAttempts: 3, timeoutMs: 1_000, uniqueForMs: 60_000 },
      },
    );
    await add(
      `'greet', $1, $2, 'high', 'two', tenant_id => 'Zoë 🚲', workspace_id => 'w', user_id => 'u', group_id => 'g',
       max_attempts => 3, timeout_ms => 1000, unique_for_ms => 60000`,
      [{ name: 'cid' }, runAt],
    );
    await queue.enqueue('greet', {});
    await add(`'greet'`);
    const found = await jobs();
    const own = ['id', 'created_at', 'unique_key'];
    const plain = (job: object | undefined, ...also: string[]) =>
      Object.fromEntries(Object.entries(job ?? {}).filter(([name]) => ![...own, ...also].includes(name)));
    const [first, second] = found.filter((job) => job['run_at'] === found[2]?.['run_at']);
    expect(plain(second)).toEqual(plain(first));
    expect(plain(found[1], 'run_at', 'scheduled_for')).toEqual(plain(found[0], 'run_at', 'scheduled_for'));
    const { rows } = await database.pool.query(
      `SELECT key, extract(epoch FROM expires_at - now()) > 50 AS held FROM punctual.job_keys WHERE key LIKE 'greet:%o%' ORDER BY 1`,
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        { key: 'greet:one', held: true },
        { key: 'greet:two', held: true },
      ]),
    );
  });

  it('returns the job that holds the key, no matter what enqueued it, and stores none', async () => {
    const { queue } = await open({ jobs: [greet], start: false });
    const { id } = await queue.enqueue(greet, { name: 'dan' }, { uniqueKey: 'k' });
    expect(await add(`'greet', '{"name": "dan"}', unique_key => 'k'`)).toBe(id);
    const other = await add(`'greet', '{"name": "eve"}', unique_key => 'other'`);
    expect(await queue.enqueue(greet, { name: 'eve' }, { uniqueKey: 'other' })).toEqual({ id: other, existing: true });
    await workOnce(queue);
    expect(await add(`'greet', '{"name": "dan"}', unique_key => 'k'`)).not.toBe(id);
  });

  it.each(['COMMIT', 'ROLLBACK'])('waits for a transaction that has the key: %s', async (end) => {
    await host.query('BEGIN');
    const first = await add(`'greet', unique_key => 'race ${end}'`);
    const second = add(`'greet', unique_key => 'race ${end}'`, [], database.pool);
    await waitFor(async () => {
      const { rows } = await host.query<{ n: number }>(
        `SELECT count(*)::integer AS n FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`,
      );
      return rows[0]?.n === 1;
    });
    await host.query(end);
    const same = end === 'COMMIT';
    expect((await second) === first).toBe(same);
    expect(await jobs()).toHaveLength(1);
  });

  it.each([
    [`'greet', priority => 'asap'`, 'unknown priority "asap"', 'urgent, high, normal or low'],
    [`'no spaces'`, '"no spaces" is not a valid job type', 'letters, digits'],
    [`NULL`, '"<NULL>" is not a valid job type', 'letters, digits'],
    [`'greet', run_at => 'infinity'`, 'run_at must be a time', 'due at once'],
    [`'greet', to_jsonb(repeat('x', 1048576))`, 'the payload has 1048578 characters of JSON', 'elsewhere'],
    [`'greet', max_attempts => 0`, 'must be greater than 0', ''],
    [`'greet', unique_key => 'k', unique_for_ms => -1`, 'must be greater than 0', ''],
  ])('refuses %s with an error that says what to do', async (args, message, hint) => {
    await expect(add(args)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining(`add_job: ${message}`.replace('add_job: must', 'must')),
      ...(hint === '' ? {} : { hint: expect.stringContaining(hint) }),
    });
    expect(await jobs()).toEqual([]);
  });

  it('runs what is due in the order of the calls, late ones first, and leaves what is not due', async () => {
    const { queue } = await open({ jobs: [greet], concurrency: 1, start: false });
    await host.query('BEGIN');
    for (const name of ['a', 'b', 'c']) await add(`'greet', jsonb_build_object('name', $1::text)`, [name]);
    await add(`'greet', '{"name": "late"}', now() - interval '1 day'`);
    await add(`'greet', '{"name": "tomorrow"}', now() + interval '1 day'`);
    await add(`'greet', '{"name": "urgent"}', priority => 'urgent'`);
    await host.query('COMMIT');
    await workOnce(queue);
    expect(ran).toEqual(['urgent', 'late', 'a', 'b', 'c']);
  });

  it('leaves the check of the payload to the process that works on the job', async () => {
    const { queue, reaches } = await open({ jobs: [greet], start: false });
    const id = await add(`'greet', '{"name": 7}'`);
    await workOnce(queue);
    expect(await reaches(id, 'dead')).toMatchObject({ errorCode: 'INVALID_PAYLOAD' });
  });

  it('gives ids that rise among those of enqueue', async () => {
    const newId = createJobIds(systemClock);
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      ids.push(newId(), await add(`'greet'`));
      const before = Date.now();
      await waitFor(() => Date.now() > before + 1);
    }
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('wakes workers of a schema with the longest of names', async () => {
    const schema = `s_${'x'.repeat(60)}`;
    await migrate({ connectionString: database.url, schema, subscriptions: false });
    const heard: string[] = [];
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    client.on('notification', ({ channel }) => heard.push(channel));
    await client.query(`LISTEN "${channelOf(schema)}"`);
    await client.query(`SELECT "${schema}".add_job('greet')`);
    await waitFor(() => heard.length === 1);
    await client.end();
  });
});

describe('a role that was granted add_job', () => {
  it('may do nothing else, and a role that was not may not call it', async () => {
    const denied = { code: '42501' };
    await expect(host.query('SELECT * FROM punctual.jobs')).rejects.toMatchObject(denied);
    await expect(host.query(`SELECT punctual.insert_jobs('[]', NULL, 0)`)).rejects.toMatchObject(denied);
    await database.pool.query(`REVOKE EXECUTE ON FUNCTION punctual.add_job FROM ${role}`);
    await expect(add(`'greet'`)).rejects.toMatchObject(denied);
    await database.pool.query(`GRANT EXECUTE ON FUNCTION punctual.add_job TO ${role}`);
  });
});

describe('tenant_bucket', () => {
  it('is the bucket that enqueue gives a tenant', async () => {
    // from all over Unicode, and without halves of surrogate pairs, which PostgreSQL does not store
    const points = Array.from({ length: 1_000 }, (_, n) => 1 + ((n * 7_919_113) % 0x10fffe));
    const text = String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff));
    const names = Array.from(text).map((_, at, all) => all.slice(at, at + (at % 20)).join(''));
    const tenants = [...names, '', 'big', 'Zoë', '🚲🚲', null];
    const { rows } = await database.pool.query<{ bucket: number }>(
      'SELECT punctual.tenant_bucket(tenant) AS bucket FROM unnest($1::text[]) WITH ORDINALITY AS t (tenant, place) ORDER BY place',
      [tenants],
    );
    expect(rows.map(({ bucket }) => bucket)).toEqual(tenants.map(tenantBucket));
  });
});
