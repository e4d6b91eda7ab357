import { describe, expect, it } from '@jest/globals';
import { createConcurrencyLimit } from '../../../src/scheduler/work/concurrency-limit.js';
import { createTenantLimits } from '../../../src/scheduler/work/tenant-limits.js';
import type { Outcome } from '../../../src/scheduler/contracts/outcome.js';
import { waitFor } from '../../support/wait-for.js';
import { settleDown, startDrain } from './drain-setup.js';
import { createHeld } from './held.js';
import { createMemorySource, items, ok, overloaded } from './memory-source.js';

describe('drain', () => {
  it('runs, settles and counts all there is, each item once', async () => {
    const source = createMemorySource(items(57), {
      execute: ({ id }) => (id.endsWith('3') ? overloaded : ok),
    });
    const report = await startDrain(source).report;
    expect(report).toMatchObject({ end: 'exhausted', claimed: 57, successful: 51, failed: 6, retried: 6, error: null });
    expect(new Set(source.started).size).toBe(57);
    expect(source.started).toHaveLength(57);
    expect(source.settled.size).toBe(57);
    expect(report).toMatchObject({ released: 0, unsettled: 0, mayHoldClaims: false });
  });

  it('answers at once when nothing is due', async () => {
    const source = createMemorySource([]);
    expect(await startDrain(source).report).toMatchObject({ end: 'exhausted', claimed: 0 });
    expect(source.batches).toEqual([]);
  });

  it('never waits on the slowest of a chunk', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(60), { execute: ({ id }) => (id === 'item-0' ? held.hold(id) : ok) });
    const { report } = startDrain(source);
    await waitFor(() => source.settled.size === 59);
    held.finish('item-0', ok);
    expect(await report).toMatchObject({ successful: 60 });
  });

  it('keeps the window full and never over the limit', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(20), { execute: ({ id }) => held.hold(id) });
    const { report } = startDrain(source, { chunkSize: 4 });
    for (let left = 20; left > 0; left -= 1) {
      await waitFor(() => held.waiting.length === Math.min(5, left), { everyMs: 1 });
      held.finish(held.waiting[0]!, ok);
    }
    await report;
    expect(source.maxRunning).toBe(5);
  });

  it('runs what needs no slot beside a full window, and releases it when it must stop', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(30), {
      isBeside: ({ id }) => Number(id.slice('item-'.length)) % 3 === 0,
      execute: ({ id }) => held.hold(id),
    });
    const { report, close } = startDrain(source, { chunkSize: 15 });
    // five in the window, and each third of the two chunks
    await waitFor(() => held.waiting.length === 5 + 10);
    close.abort();
    held.finishAll(ok);
    expect(await report).toMatchObject({ end: 'closing', claimed: 30, successful: 15, released: 15 });
  });

  it('holds back what needs no slot while its tenant has none left', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(9, 'big'), { isBeside: () => true, execute: ({ id }) => held.hold(id) });
    const { report } = startDrain(source, { admission: createTenantLimits(2) });
    for (let left = 9; left > 0; left -= 1) {
      await waitFor(() => held.waiting.length === Math.min(2, left), { everyMs: 1 });
      held.finish(held.waiting[0]!, ok);
    }
    expect(await report).toMatchObject({ successful: 9 });
    expect(source.maxRunning).toBe(2);
  });

  it('claims the next chunk while the one before it runs', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(40), { execute: ({ id }) => held.hold(id) });
    const { report, close } = startDrain(source);
    await settleDown();
    expect(source.claims).toEqual([10, 10]);
    await waitFor(() => held.waiting.length === 5);
    expect(source.waiting).toHaveLength(20);
    close.abort();
    held.finishAll(ok);
    await report;
  });

  it('keeps one claim in flight and less than two chunks in hand', async () => {
    let claiming = 0;
    let inHand = 0;
    const source = createMemorySource(items(200), {
      beforeClaim: async () => {
        expect((claiming += 1)).toBe(1);
        await settleDown();
        claiming -= 1;
        inHand = Math.max(inHand, 200 - source.waiting.length - source.started.length);
      },
    });
    await startDrain(source).report;
    expect(inHand).toBeLessThanOrEqual(19);
  });

  it('writes settlements in batches while work goes on, and late ones after a moment', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(25), { execute: ({ id }) => (id === 'item-24' ? held.hold(id) : ok) });
    const { report } = startDrain(source, { settleAfterMs: 5 });
    await waitFor(() => source.settled.size === 24);
    expect(source.batches.length).toBeLessThan(12);
    held.finish('item-24', ok);
    await report;
  });

  it('ends at its limit with the rest untouched', async () => {
    const source = createMemorySource(items(50));
    expect(await startDrain(source, { maxItems: 23 }).report).toMatchObject({
      end: 'limit',
      successful: 23,
      released: 0,
    });
    expect(source.waiting).toHaveLength(27);
  });

  it('tells what happens live', async () => {
    const held = createHeld<Outcome>();
    const seen: string[] = [];
    const source = createMemorySource(items(2), {
      execute: ({ id }) => (id === 'item-1' ? held.hold(id) : overloaded),
    });
    const { report } = startDrain(source, {
      onReport: ({ failed, successful }) => seen.push(`report ${successful}/${failed}`),
      onSamples: ([sample]) => seen.push(`sample ${sample!.code}`),
      onProgress: ({ done, claimed, inFlight }) => seen.push(`progress ${done}/${claimed} ${inFlight}`),
    });
    await waitFor(() => seen.length === 3);
    expect(seen).toEqual(['report 0/1', 'sample HTTP_503', 'progress 1/2 1']);
    held.finishAll(ok);
    await report;
    expect(seen.slice(3)).toEqual(['report 1/0', 'progress 2/2 0']);
  });

  it('asks for more when it is told that there is more, and only then', async () => {
    const source = createMemorySource(items(3));
    const answers = [true, true, false];
    const more = async (): Promise<boolean> => {
      source.waiting.push(...items(4, null, `more-${answers.length}`));
      return answers.shift()!;
    };
    expect(await startDrain(source, { more }).report).toMatchObject({ end: 'exhausted', successful: 11 });
    expect(source.waiting).toHaveLength(4);
  });

  it('shares one limit between drains, first come first served', async () => {
    const held = createHeld<Outcome>();
    const parallel = createConcurrencyLimit(4);
    const make = (prefix: string) =>
      createMemorySource(items(12, null, prefix), { execute: ({ id }) => held.hold(id) });
    const [left, right] = [make('left'), make('right')];
    const reports = [startDrain(left, { parallel }).report, startDrain(right, { parallel }).report];
    await settleDown();
    expect(held.waiting).toHaveLength(4);
    for (let ended = 0; ended < 12; ended += 1) {
      held.finish(held.waiting[0]!, ok);
      await settleDown();
    }
    expect(left.running + right.running).toBe(4);
    expect(Math.min(left.started.length, right.started.length)).toBeGreaterThanOrEqual(6);
    while (held.waiting.length > 0) {
      held.finishAll(ok);
      await settleDown();
    }
    expect((await Promise.all(reports)).map(({ successful }) => successful)).toEqual([12, 12]);
    expect(parallel.inUse).toBe(0);
  });

  it('follows a limit that changes while it runs', async () => {
    const held = createHeld<Outcome>();
    const parallel = createConcurrencyLimit(2);
    const source = createMemorySource(items(30), { execute: ({ id }) => held.hold(id) });
    const { report, close } = startDrain(source, { parallel });
    await waitFor(() => source.running === 2);
    parallel.resize(7);
    await waitFor(() => source.running === 7);
    parallel.resize(1);
    held.finishAll(ok);
    await waitFor(() => source.running === 1);
    close.abort();
    held.finishAll(ok);
    expect(await report).toMatchObject({ end: 'closing', successful: 8 });
  });
});
