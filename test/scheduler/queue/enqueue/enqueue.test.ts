// Enqueueing: one, many, in the caller's transaction, at a time, by priority, unique by key.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob, type AnyJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startQueue, workOnce, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
let order: string[] = [];
const note = defineJob({
  type: 'note',
  schema: z.object({ text: z.string() }),
  run: (_ctx, { text }) => void order.push(text),
});
const once = defineJob({
  type: 'once',
  schema: z.object({ account: z.number() }),
  uniqueBy: ({ account }) => String(account),
  run: () => {},
});

const waiting: AnyJob = defineJob({
  type: 'waiting',
  schema: z.object({}),
  uniqueBy: () => 'x',
  uniqueUntil: 'started',
  run: async () => {
    order.push('began');
    const { existing } = await kit.queue.enqueue(waiting, {}, { runAt: new Date(Date.now() + 3_600_000) });
    return { refused: existing };
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  order = [];
  kit = await startQueue(database, { jobs: [note, once, waiting], start: false, concurrency: 1 });
});
afterEach(() => kit.stop());

describe('enqueue', () => {
  it('refuses a payload that does not fit, with the path, before anything is stored', async () => {
    // @ts-expect-error -- the type says so as well
    const wrong = kit.queue.enqueue(note, { text: 7 });
    await expect(wrong).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { errors: [expect.objectContaining({ path: 'payload.text' })] },
    });
    expect((await kit.queue.admin.list({ type: 'note' })).items).toEqual([]);
  });

  it('stores a job under an id of the caller’s', async () => {
    const id = '0190a0a0-0000-7000-8000-000000000001';
    expect(await kit.queue.enqueue(note, { text: 'own' }, { id })).toEqual({ id, existing: false });
    await expect(kit.queue.enqueue(note, { text: 'own' }, { id: 'seven' })).rejects.toMatchObject({
      details: { errors: [{ path: 'id', message: expect.stringContaining('must be a UUID') as never }] },
    });
    await workOnce(kit.queue);
    expect(order).toEqual(['own']);
    await database.db.query('DELETE FROM {schema}.jobs');
  });

  it('refuses a payload of more than a mebibyte', async () => {
    await expect(kit.queue.enqueue(note, { text: 'x'.repeat(1_048_576) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { errors: [expect.objectContaining({ path: 'payload' })] },
    });
    expect((await kit.queue.admin.list({ type: 'note' })).items).toEqual([]);
  });

  it('refuses a payload that only fits before its trip through JSON', async () => {
    const dated = defineJob({ type: 'dated', schema: z.object({ at: z.date() }), run: () => {} });
    await expect(kit.queue.enqueue(dated, { at: new Date(0) })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('commits and rolls back with the caller', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      const gone = await kit.queue.enqueue(note, { text: 'gone' }, { db: client });
      await client.query('ROLLBACK');
      await client.query('BEGIN');
      const kept = await kit.queue.enqueue(note, { text: 'kept' }, { db: client });
      await client.query('COMMIT');
      await expect(kit.queue.admin.get(gone.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect(await kit.queue.admin.get(kept.id)).toMatchObject({ status: 'pending' });
    } finally {
      client.release();
    }
    await workOnce(kit.queue);
    expect(order).toEqual(['kept']);
  });

  it('runs what is urgent first, and equals in the order they came in', async () => {
    await kit.queue.enqueueMany([
      { job: note, payload: { text: 'low' }, options: { priority: 'low' } },
      { job: note, payload: { text: 'first' } },
      { job: note, payload: { text: 'second' } },
      { job: note, payload: { text: 'urgent' }, options: { priority: 'urgent' } },
      { job: note, payload: { text: 'high' }, options: { priority: 'high' } },
    ]);
    await workOnce(kit.queue);
    expect(order).toEqual(['urgent', 'high', 'first', 'second', 'low']);
  });

  it('leaves what is for later alone until then', async () => {
    const later = await kit.queue.enqueue(note, { text: 'later' }, { runAt: new Date(Date.now() + 3_600_000) });
    await workOnce(kit.queue);
    expect(order).toEqual([]);
    expect(await kit.queue.source.nextDueInMs()).toBeGreaterThan(3_000_000);
    await kit.queue.admin.cancel(later.id);
  });

  it('stores thousands in one go, each answered by its id', async () => {
    const jobs = Array.from({ length: 2_500 }, (_, n) => ({ job: note, payload: { text: String(n) } }));
    const answers = await kit.queue.enqueueMany(jobs);
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(2_500);
    await workOnce(kit.queue);
    expect(order).toEqual(jobs.map(({ payload }) => payload.text));
  });
});

describe('enqueue by the name of a type', () => {
  it('stores a job of that type, its payload checked', async () => {
    const { id } = await kit.queue.enqueue(once.type, { account: 77 });
    expect(await kit.queue.admin.get(id)).toMatchObject({ type: once.type, payload: { account: 77 } });
    await expect(kit.queue.enqueue(once.type, { account: 'no' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await workOnce(kit.queue);
  });

  it('stores a job of a type that is not known here: the process that works on it checks the payload', async () => {
    const { id } = await kit.queue.enqueue('known.elsewhere', { any: ['shape'] }, { priority: 'high', uniqueKey: 'k' });
    expect(await kit.queue.admin.get(id)).toMatchObject({
      ...{ type: 'known.elsewhere', payload: { any: ['shape'] }, priority: 1, uniqueKey: 'known.elsewhere:k' },
      status: 'pending',
    });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
    await kit.queue.admin.cancel(id);
  });

  it.each(['', ' ', 'no spaces', 'x'.repeat(101), 'semi;colon'])('refuses %j, which is no name', async (type) => {
    const refused = { code: 'INVALID_INPUT', details: { errors: [{ path: 'type' }] } };
    await expect(kit.queue.enqueue(type, {})).rejects.toMatchObject(refused);
  });

  it('works for many at once and in flows, each payload checked where its type is known', async () => {
    const many = await kit.queue.enqueueMany([
      { job: once, payload: { account: 78 } },
      { job: once.type, payload: { account: 79 } },
      { job: 'known.elsewhere', payload: null },
    ]);
    const jobs = await Promise.all(many.map(({ id }) => kit.queue.admin.get(id)));
    expect(jobs.map(({ type, uniqueKey }) => [type, uniqueKey])).toEqual([
      [once.type, `${once.type}:78`],
      [once.type, `${once.type}:79`],
      ['known.elsewhere', null],
    ]);
    const wrong = { job: once.type, payload: { account: 'no' } };
    await expect(kit.queue.enqueueMany([wrong])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(kit.queue.flows.enqueue([{ name: 'a', ...wrong }])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const flow = await kit.queue.flows.enqueue([
      { name: 'first', job: 'known.elsewhere', payload: {} },
      { name: 'then', job: once.type, payload: { account: 80 }, after: ['first'] },
    ]);
    const { id } = await kit.queue.flows.after('known.elsewhere', {}, { after: [flow.then ?? ''] });
    expect((await kit.queue.admin.get(id)).status).toBe('waiting');
    await workOnce(kit.queue);
    for (const one of ['pending', 'waiting']) {
      const { items } = await kit.queue.admin.list({ status: [one] });
      for (const job of items) await kit.queue.admin.cancel(job.id).catch(() => {});
    }
  });
});

describe('unique keys', () => {
  it('answers the job that holds the key, until it has ended', async () => {
    const first = await kit.queue.enqueue(once, { account: 1 });
    expect(await kit.queue.enqueue(once, { account: 1 })).toEqual({ id: first.id, existing: true });
    expect((await kit.queue.enqueue(once, { account: 2 })).existing).toBe(false);
    await workOnce(kit.queue);
    expect((await kit.queue.enqueue(once, { account: 1 })).existing).toBe(false);
    await workOnce(kit.queue);
  });

  it('stores the job when the holder of its key ends while it is asked for', async () => {
    const holder = await kit.queue.enqueue(once, { account: 9 });
    const client = await database.pool.connect();
    let ended = 0;
    const racing: Pick<typeof client, 'query'> = Object.create(client, {
      query: {
        value: async (text: string, values: unknown[]) => {
          if (text.startsWith('SELECT key, job_id') && ended++ === 0) await kit.queue.admin.cancel(holder.id);
          return client.query(text, values);
        },
      },
    });
    try {
      const answer = await kit.queue.enqueue(once, { account: 9 }, { db: racing });
      expect(answer.existing).toBe(false);
      expect(await kit.queue.admin.get(answer.id)).toMatchObject({ status: 'pending' });
      expect(ended).toBe(1);
    } finally {
      client.release();
    }
    await workOnce(kit.queue);
  });

  it('keeps a key unique through retries by hand: a dead job takes it again, or stays where it is', async () => {
    const first = await kit.queue.enqueue(once, { account: 7 });
    await kit.queue.admin.cancel(first.id);
    const second = await kit.queue.enqueue(once, { account: 7 });
    expect(second.existing).toBe(false);
    await expect(kit.queue.admin.retry(first.id)).rejects.toMatchObject({
      code: 'JOB_NOT_PENDING',
      message: expect.stringContaining('unique key'),
    });
    await kit.queue.admin.cancel(second.id);
    const ids = [first.id, second.id];
    expect(await kit.queue.admin.retryMany({ ids })).toEqual({ matched: 2, changed: 1 });
    expect(await kit.queue.enqueue(once, { account: 7 })).toEqual({ id: first.id, existing: true });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.retryMany({ ids })).toEqual({ matched: 1, changed: 1 });
    await workOnce(kit.queue);
    expect((await kit.queue.enqueue(once, { account: 7 })).existing).toBe(false);
    await workOnce(kit.queue);
  });

  it('holds a key for its window, whatever becomes of the job', async () => {
    const options = { uniqueKey: 'daily', uniqueForMs: 3_600_000 };
    const first = await kit.queue.enqueue(note, { text: 'one' }, options);
    await workOnce(kit.queue);
    expect(await kit.queue.enqueue(note, { text: 'two' }, options)).toEqual({ id: first.id, existing: true });
    await database.pool.query(`UPDATE punctual.job_keys SET expires_at = now() WHERE job_id = $1`, [first.id]);
    expect((await kit.queue.enqueue(note, { text: 'three' }, options)).existing).toBe(false);
    await workOnce(kit.queue);
    expect(order).toEqual(['one', 'three']);
  });

  it('lets one of many at once through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => kit.queue.enqueue(note, { text: 'same' }, { uniqueKey: 'race' })),
    );
    expect(answers.filter((answer) => !answer.existing)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    await workOnce(kit.queue);
    expect(order).toEqual(['same']);
  });

  it('knows a key that stands twice in one call', async () => {
    const [first, second] = await kit.queue.enqueueMany([
      { job: once, payload: { account: 9 } },
      { job: once, payload: { account: 9 } },
    ]);
    expect(second).toEqual({ id: first?.id, existing: true });
    await workOnce(kit.queue);
  });

  it('frees the key of a job that is cancelled', async () => {
    const first = await kit.queue.enqueue(once, { account: 5 });
    await kit.queue.admin.cancel(first.id);
    const second = await kit.queue.enqueue(once, { account: 5 });
    expect(second.existing).toBe(false);
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(second.id)).toMatchObject({ status: 'completed' });
  });

  it('frees a key at the start where only waiting jobs shall be unique', async () => {
    const first = await kit.queue.enqueue(waiting, {});
    expect((await kit.queue.enqueue(waiting, {})).existing).toBe(true);
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(first.id)).toMatchObject({ status: 'completed', result: { refused: false } });
  });
});
