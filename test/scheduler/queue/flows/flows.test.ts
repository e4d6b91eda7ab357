// Jobs that wait for others: flows, children and their results, failures passed on, circles refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { planFlow, type PlannedStep } from '../../../../src/scheduler/queue/flows/flow-plan.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startQueue, workOnce, type TestQueue } from '../support.js';

let database: TestDatabase;
let kit: TestQueue;
let order: string[] = [];
const schema = z.object({ name: z.string(), fails: z.boolean().default(false) });
const step = defineJob({
  type: 'step',
  schema,
  run: (_ctx, { name, fails }) => {
    order.push(name);
    if (fails) throw new Error(`${name} fails`);
    return { from: name };
  },
});
const gather = defineJob({
  type: 'gather',
  schema,
  run: async (ctx) => {
    order.push('gather');
    return (await ctx.dependencies()).map(({ result, status, isChild }) => ({ result, status, isChild }));
  },
});

const s = (name: string, rest: object = {}) => ({ name, job: step, payload: { name }, ...rest });

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [step, gather], start: false });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});
beforeEach(() => {
  order = [];
});

const statusOf = async (id: string | undefined): Promise<string> => (await kit.queue.admin.get(id ?? '')).status;

describe('flows', () => {
  it('start each step when all it waits for has ended', async () => {
    const ids = await kit.queue.flows.enqueue([
      s('last', { after: ['left', 'right'] }),
      s('left', { after: ['first'] }),
      s('right', { after: ['first'] }),
      s('first'),
    ]);
    expect(await statusOf(ids['last'])).toBe('waiting');
    await workOnce(kit.queue);
    expect(order).toHaveLength(4);
    expect([order[0], order[3]]).toEqual(['first', 'last']);
  });

  it('give a parent the results of its children', async () => {
    const ids = await kit.queue.flows.enqueue([
      { name: 'parent', job: gather, payload: { name: 'parent' } },
      s('one', { childOf: 'parent' }),
      s('two', { childOf: 'parent' }),
    ]);
    await workOnce(kit.queue);
    expect((await kit.queue.admin.get(ids['parent'] ?? '')).result).toEqual([
      { result: { from: 'one' }, status: 'completed', isChild: true },
      { result: { from: 'two' }, status: 'completed', isChild: true },
    ]);
    const children = await kit.queue.admin.list({ parentId: ids['parent'] ?? '' });
    expect(children.items).toHaveLength(2);
  });

  it('cancel what follows a dead step, all the way down', async () => {
    const ids = await kit.queue.flows.enqueue([
      { ...s('bad'), payload: { name: 'bad', fails: true }, options: { maxAttempts: 1 } },
      s('next', { after: ['bad'] }),
      s('after-next', { after: ['next'] }),
    ]);
    await workOnce(kit.queue);
    expect(order).toEqual(['bad']);
    expect(await statusOf(ids['next'])).toBe('cancelled');
    expect(await kit.queue.admin.get(ids['after-next'] ?? '')).toMatchObject({
      status: 'cancelled',
      errorCode: 'DEPENDENCY_FAILED',
    });
  });

  it('go on after a dead step where that is wanted', async () => {
    const ids = await kit.queue.flows.enqueue([
      { ...s('bad'), payload: { name: 'bad', fails: true }, options: { maxAttempts: 1 } },
      { name: 'report', job: gather, payload: { name: 'report' }, after: ['bad'], onDependencyFailure: 'continue' },
    ]);
    await workOnce(kit.queue);
    expect((await kit.queue.admin.get(ids['report'] ?? '')).result).toEqual([
      { result: null, status: 'dead', isChild: false },
    ]);
  });

  it('wait for jobs that exist already, ended or not', async () => {
    const first = await kit.queue.enqueue(step, { name: 'first' });
    const waits = await kit.queue.flows.after(step, { name: 'waits' }, { after: [first.id] });
    expect(await statusOf(waits.id)).toBe('waiting');
    await workOnce(kit.queue);
    const late = await kit.queue.flows.after(step, { name: 'late' }, { after: [first.id] });
    await workOnce(kit.queue);
    expect(order).toEqual(['first', 'waits', 'late']);
    expect(await statusOf(late.id)).toBe('completed');
  });

  it('are cancelled with a job that is cancelled by hand', async () => {
    const first = await kit.queue.enqueue(step, { name: 'first' });
    const waits = await kit.queue.flows.after(step, { name: 'waits' }, { after: [first.id] });
    await kit.queue.admin.cancel(first.id);
    expect(await statusOf(waits.id)).toBe('cancelled');
  });

  it('are cancelled to the end of the longest chain', async () => {
    const steps = Array.from({ length: 1_500 }, (_, n) => s(`c${n}`, n === 0 ? {} : { after: [`c${n - 1}`] }));
    const ids = await kit.queue.flows.enqueue(steps);
    await kit.queue.admin.cancel(ids['c0'] ?? '');
    const { rows } = await database.pool.query(
      'SELECT status, count(*)::integer AS n FROM punctual.jobs WHERE id = ANY($1::uuid[]) GROUP BY 1',
      [Object.values(ids)],
    );
    expect(rows).toEqual([{ status: 'cancelled', n: 1_500 }]);
  });

  it('store nothing when a step is wrong or waits for what is not there', async () => {
    const before = (await kit.queue.admin.list({ type: 'step' }, { limit: 200 })).items.length;
    const missing = '00000000-0000-7000-8000-000000000000';
    await expect(kit.queue.flows.enqueue([s('a'), s('b', { afterJobs: [missing] })])).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(kit.queue.flows.enqueue([s('a'), s('b', { after: ['c'] })])).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect((await kit.queue.admin.list({ type: 'step' }, { limit: 200 })).items).toHaveLength(before);
  });

  it('free a job once when many that it waits for end at the same moment', async () => {
    const children = Array.from({ length: 300 }, (_, n) => s(`child-${n}`, { childOf: 'parent' }));
    const ids = await kit.queue.flows.enqueue([{ name: 'parent', job: gather, payload: { name: 'p' } }, ...children]);
    const other = await startQueue(database, { jobs: [step, gather], start: false });
    await Promise.all([workOnce(kit.queue), workOnce(other.queue)]);
    await workOnce(kit.queue);
    await other.stop();
    expect(await kit.queue.admin.get(ids['parent'] ?? '')).toMatchObject({ status: 'completed', openDependencies: 0 });
    expect(order.filter((name) => name === 'gather')).toHaveLength(1);
  });
});

describe('the graph of a job', () => {
  it('has all that it waits for and all that waits for it, but nothing beside', async () => {
    const ids = await kit.queue.flows.enqueue([
      { name: 'end', job: gather, payload: { name: 'end' } },
      s('right', { after: ['first'], childOf: 'end' }),
      s('left', { after: ['first'], childOf: 'end', options: { tenantId: 't' } }),
      s('first'),
    ]);
    const of = (name: string): string => ids[name] ?? '';
    const graph = await kit.queue.admin.dependencies(of('left'));
    expect(graph.nodes[0]).toMatchObject({ id: of('left'), type: 'step', status: 'waiting', key: null });
    expect(graph.nodes.map(({ id }) => id).sort()).toEqual([of('end'), of('first'), of('left')].sort());
    expect(graph.edges).toHaveLength(2);
    expect(graph.edges).toEqual(
      expect.arrayContaining([
        { from: of('first'), to: of('left'), child: false, endedAs: null },
        { from: of('left'), to: of('end'), child: true, endedAs: null },
      ]),
    );
    expect(graph.truncated).toBe(false);
    await workOnce(kit.queue);
    const ended = await kit.queue.admin.dependencies(of('end'));
    expect(ended.nodes.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'completed'));
    expect(ended.edges.map(({ endedAs }) => endedAs)).toEqual(Array.from({ length: 4 }, () => 'completed'));
  });

  it('ends after 200 jobs, the nearest of both directions', async () => {
    const before = Array.from({ length: 150 }, (_, n) => s(`before ${n}`, n > 0 ? { after: [`before ${n - 1}`] } : {}));
    const after = Array.from({ length: 150 }, (_, n) => s(`after ${n}`, { after: ['middle'] }));
    const ids = await kit.queue.flows.enqueue([...before, s('middle', { after: ['before 149'] }), ...after]);
    const { nodes, edges, truncated } = await kit.queue.admin.dependencies(ids['middle'] ?? '');
    expect({ nodes: nodes.length, truncated, first: nodes[0]?.id }).toEqual({
      ...{ nodes: 200, truncated: true, first: ids['middle'] },
    });
    const shown = new Set(nodes.map(({ id }) => id));
    expect(shown.has(ids['before 60'] ?? '')).toBe(true);
    expect(shown.has(ids['before 40'] ?? '')).toBe(false);
    expect(edges).toHaveLength(199);
    await kit.queue.admin.cancel(ids['before 0'] ?? '');
  });

  it('is one job where nothing waits, and none where there is no such job', async () => {
    const { id } = await kit.queue.enqueue(step, { name: 'alone' });
    const { nodes, edges, truncated } = await kit.queue.admin.dependencies(id);
    expect({ nodes: nodes.length, edges, truncated }).toEqual({ nodes: 1, edges: [], truncated: false });
    for (const wrong of ['no-uuid', '018f0000-0000-7000-8000-000000000000']) {
      await expect(kit.queue.admin.dependencies(wrong)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    }
  });
});

describe('the plan of a flow', () => {
  it('refuses circles and says who is on them', () => {
    const circle = [
      { name: 'a', after: ['b'] },
      { name: 'b', after: ['c'] },
      { name: 'c', after: ['a'] },
      { name: 'd' },
    ];
    expect(() => planFlow(circle)).toThrow(expect.objectContaining({ code: 'DEPENDENCY_CYCLE' }));
    expect(() => planFlow([{ name: 'a', after: ['a'] }])).toThrow(
      expect.objectContaining({ code: 'DEPENDENCY_CYCLE' }),
    );
    expect(() => planFlow([{ name: 'a' }, { name: 'a' }])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('takes whatever only waits for what comes before it, in any order of telling', () => {
    const edges = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 80 });
    fc.assert(
      fc.property(edges, fc.integer(), (pairs, seed) => {
        const after = Array.from({ length: 31 }, (): string[] => []);
        for (const [a, b] of pairs) if (a !== b) after[Math.max(a, b)]?.push(`n${Math.min(a, b)}`);
        const steps: PlannedStep[] = after.map((names, n) => ({ name: `n${n}`, after: names }));
        const turned = [...steps.slice(Math.abs(seed) % 31), ...steps.slice(0, Math.abs(seed) % 31)];
        const plan = planFlow(turned);
        for (const { name, after: names = [] } of steps) {
          expect([...(plan.get(name)?.waitsFor ?? [])].sort()).toEqual([...new Set(names)].sort());
        }
      }),
    );
  });
});
