// Starts under a rate limit: looked for at the claim, drawn at the start, together.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../../../src/base/clock.js';
import { silentLogger } from '../../../../src/base/logger.js';
import { createStartTokens } from '../../../../src/scheduler/queue/claim/start-tokens.js';
import type { RateLimiter } from '../../../../src/scheduler/queue/claim/rate-limiter.js';
import { createJobRegistry } from '../../../../src/scheduler/queue/define/define-job.js';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';
import { deferred, queueKits, workOnce } from '../support.js';

const schema = z.object({});
const run = (): void => {};

describe('tokens', () => {
  const rateLimit = { max: 100, perMs: 1_000 };
  const registry = createJobRegistry([
    defineJob({ type: 'a', schema, run, rateLimit }),
    defineJob({ type: 'b', schema, run, rateLimit }),
    defineJob({ type: 'free', schema, run }),
  ]);

  function tokensOver(limiter: Partial<RateLimiter>) {
    const asked: unknown[] = [];
    const pauses: number[] = [];
    const tokens = createStartTokens({
      registry,
      clock: systemClock,
      logger: silentLogger,
      onPause: (ms) => pauses.push(ms),
      limiter: {
        available: async (types) => {
          asked.push(types.map(({ type }) => type));
          return new Map(types.map(({ type }) => [type, 10]));
        },
        draw: async (type, _limit, wanted) => {
          asked.push([type, wanted]);
          return wanted;
        },
        burst: () => 10,
        pauseMs: () => 60_000,
        ...limiter,
      },
    });
    return { tokens, asked, pauses };
  }

  it('say when the first type that is used up opens', async () => {
    const { tokens } = tokensOver({ available: async () => new Map([['a', 0]]) });
    expect(tokens.opensInMs).toBeNull();
    await tokens.available(new Set(['a', 'free']));
    expect(tokens.isClosed('a')).toBe(true);
    expect(tokens.opensInMs).toBeGreaterThan(50_000);
    expect(tokens.opensInMs).toBeLessThanOrEqual(60_000);
  });

  it('are looked for in one round trip for all types, and in none where no type has a limit', async () => {
    const { tokens, asked } = tokensOver({});
    expect(await tokens.available(new Set(['free']))).toEqual(new Map());
    expect(asked).toEqual([]);
    expect(await tokens.available(new Set(['a', 'free', 'b']))).toEqual(
      new Map([
        ['a', 10],
        ['b', 10],
      ]),
    );
    expect(asked).toEqual([['a', 'b']]);
  });

  it('are not looked for again at once while there are plenty, less what was drawn and what waits in hand', async () => {
    const { tokens, asked } = tokensOver({ available: async () => new Map([['a', 60]]), burst: () => 80 });
    const left = async () => (await tokens.available(new Set(['a']))).get('a');
    expect(await left()).toBe(60);
    expect(await Promise.all([tokens.draw('a'), tokens.draw('a')])).toEqual([true, true]);
    tokens.expect('a', 8);
    expect(await left()).toBe(50);
    expect(asked).toEqual([['a', 2]]);
  });

  it('are looked for again when a part of the bucket is left that others may have taken', async () => {
    let looks = 0;
    const { tokens } = tokensOver({ available: async () => new Map([['a', 60 - 25 * looks++]]), burst: () => 80 });
    await tokens.available(new Set(['a']));
    tokens.expect('a', 21);
    expect((await tokens.available(new Set(['a']))).get('a')).toBe(14);
    expect(looks).toBe(2);
  });

  it('are drawn once for all starts of one moment, and once more for those that came meanwhile', async () => {
    const { tokens, asked } = tokensOver({});
    const first = [tokens.draw('a'), tokens.draw('a'), tokens.draw('b'), tokens.draw('a')];
    await Promise.resolve();
    const second = [tokens.draw('a'), tokens.draw('a')];
    expect(await Promise.all([...first, ...second])).toEqual([true, true, true, true, true, true]);
    expect(asked).toEqual([
      ['a', 3],
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('that wait in hand for their start are not there for another claim', async () => {
    const { tokens, pauses } = tokensOver({});
    tokens.expect('a', 7);
    expect((await tokens.available(new Set(['a']))).get('a')).toBe(3);
    tokens.expect('a', 3);
    expect((await tokens.available(new Set(['a']))).get('a')).toBe(0);
    expect([tokens.isClosed('a'), pauses]).toEqual([true, [60_000]]);
    await tokens.draw('a');
    tokens.expect('a', -8);
    const { tokens: later } = tokensOver({});
    expect((await later.available(new Set(['a']))).get('a')).toBe(10);
  });

  it('are refused in order, and when the database gives no answer', async () => {
    const short = tokensOver({ draw: async () => 2 });
    expect(await Promise.all([1, 2, 3].map(() => short.tokens.draw('a')))).toEqual([true, true, false]);
    expect(short.tokens.isClosed('a')).toBe(true);
    const broken = tokensOver({ draw: () => Promise.reject(new Error('gone')) });
    expect(await broken.tokens.draw('a')).toBe(false);
  });
});

describe('a job under a rate limit', () => {
  let database: TestDatabase;
  const { open, clear } = queueKits(() => database);
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(clear);
  afterAll(() => database.close());

  const bucket = async (): Promise<unknown[]> =>
    (await database.pool.query('SELECT floor(tokens)::integer AS tokens FROM punctual.job_rate_limits')).rows;

  it('draws when it starts: what waited in hand is given back when the starts have gone to another instance', async () => {
    const gate = deferred();
    let ran = 0;
    const block = defineJob({ type: 'block', schema, priority: 'urgent', run: () => gate.promise });
    const rated = defineJob({
      type: 'rated',
      schema,
      rateLimit: { max: 10, perMs: 36_000_000 },
      run: () => void ran++,
    });
    const quick = defineJob({ type: 'quick', schema, run });
    const kit = await open({ jobs: [block, rated, quick], concurrency: 1, start: false });
    // the worker learns that work is short, and takes more in hand than it can run
    await kit.queue.enqueueMany(Array.from({ length: 50 }, () => ({ job: quick, payload: {} })));
    await workOnce(kit.queue);
    const before = kit.queue.source.claimed;
    await kit.queue.enqueue(block, {});
    const { id } = await kit.queue.enqueue(rated, {});
    await kit.queue.worker.start();
    await waitFor(() => kit.queue.source.claimed === before + 2);
    expect(await bucket()).toEqual([]);
    await database.pool.query(
      `INSERT INTO punctual.job_rate_limits (name, tokens, granted, refilled_at) VALUES ('job:rated', 0, 1, now())`,
    );
    gate.resolve();
    await waitFor(async () => (await kit.queue.admin.get(id)).status === 'pending');
    expect([ran, await bucket()]).toEqual([0, [{ tokens: 0 }]]);
    await database.pool.query('UPDATE punctual.job_rate_limits SET tokens = 1');
    const other = await open({ jobs: [rated], start: false });
    await workOnce(other.queue);
    expect([ran, await bucket()]).toEqual([1, [{ tokens: 0 }]]);
  });

  it('takes two round trips for the claims of 65 tenants, however many lanes they have', async () => {
    const statements: string[] = [];
    const db = new Proxy(database.db, {
      get(target, name, receiver) {
        if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
        return (sql: string, values?: unknown[]) => {
          if (sql.includes('job_rate_limits')) statements.push(sql.startsWith('INSERT') ? 'draw' : 'look');
          return target.query(sql, values);
        };
      },
    });
    const wide = defineJob({ type: 'wide', schema, rateLimit: { max: 100_000, perMs: 1_000 }, run });
    const kit = await open({ db, jobs: [wide], concurrency: 1_000, start: false });
    await kit.queue.enqueueMany(
      Array.from({ length: 130 }, (_, n) => ({ job: wide, payload: {}, options: { tenantId: `tenant-${n % 65}` } })),
    );
    await workOnce(kit.queue);
    expect(statements.slice(0, 2)).toEqual(['look', 'draw']);
    expect(statements.filter((one) => one === 'draw')).toHaveLength(1);
  });
});
