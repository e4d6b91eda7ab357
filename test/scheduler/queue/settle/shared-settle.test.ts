// Small batches share a statement, large ones do not wait for others, and none fails for what another one holds.
import { expect, it } from '@jest/globals';
import type { SettleReport } from '../../../../src/scheduler/contracts/source.js';
import type { QueueSettlement } from '../../../../src/scheduler/queue/settle/settle-batch.js';
import { shareSettles } from '../../../../src/scheduler/queue/settle/shared-settle.js';
import { deferred } from '../support.js';

const batchOf = (...ids: readonly string[]): QueueSettlement[] =>
  ids.map((id) => ({ item: { id } }) as unknown as QueueSettlement);
const idsOf = (batch: readonly QueueSettlement[]): string[] => batch.map(({ item }) => item.id);
const reportOf = (batch: readonly QueueSettlement[]): SettleReport => ({
  ...{ successful: batch.length, failed: 0, skipped: 0, dead: 0, retried: 0, lost: 0, samples: [] },
});
const many = (name: string, count: number): QueueSettlement[] =>
  batchOf(...Array.from({ length: count }, (_, index) => `${name}${index}`));

it('writes small batches of one turn together, and each gets its own report', async () => {
  const calls: string[][][] = [];
  const settle = shareSettles(async (batches) => {
    calls.push(batches.map(idsOf));
    return batches.map(reportOf);
  });
  const reports = await Promise.all([settle(batchOf('a')), settle(batchOf('b', 'c')), settle(batchOf('d'))]);
  expect(reports.map(({ successful }) => successful)).toEqual([1, 2, 1]);
  expect(calls).toEqual([[['a'], ['b', 'c'], ['d']]]);
});

it('gathers what comes while a statement is under way', async () => {
  const calls: string[][][] = [];
  const begun = deferred<void>();
  const held = deferred<void>();
  const settle = shareSettles(async (batches) => {
    calls.push(batches.map(idsOf));
    if (calls.length === 1) {
      begun.resolve();
      await held.promise;
    }
    return batches.map(reportOf);
  });
  const first = settle(batchOf('a'));
  await begun.promise;
  const others = [settle(batchOf('b')), settle(batchOf('c'))];
  held.resolve();
  await Promise.all([first, ...others]);
  expect(calls).toEqual([[['a']], [['b'], ['c']]]);
});

it('does not let a large batch wait', async () => {
  const held = deferred<void>();
  const settle = shareSettles(async (batches) => {
    if (batches[0]?.length === 1) await held.promise;
    return batches.map(reportOf);
  });
  const small = settle(batchOf('a'));
  expect((await settle(many('b', 100))).successful).toBe(100);
  held.resolve();
  expect((await small).successful).toBe(1);
});

it('writes each by itself when they fail together: only the one at fault fails', async () => {
  const settle = shareSettles(async (batches) => {
    if (batches.flat().some(({ item }) => item.id === 'bad')) throw new Error('refused');
    return batches.map(reportOf);
  });
  const results = await Promise.allSettled([settle(batchOf('a')), settle(batchOf('bad')), settle(batchOf('c'))]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(settle(batchOf('bad'))).rejects.toThrow('refused');
  expect((await settle(batchOf('d'))).successful).toBe(1);
});
