import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../../src/scheduler/contracts/outcome.js';
import { createTenantLimits } from '../../../src/scheduler/work/tenant-limits.js';
import { waitFor } from '../../support/wait-for.js';
import { settleDown, startDrain } from './drain-setup.js';
import { createHeld } from './held.js';
import { createMemorySource, items, ok } from './memory-source.js';

describe('the limit per tenant', () => {
  it('lets others pass an item whose tenant is at its limit', async () => {
    const held = createHeld<Outcome>();
    const work = [...items(6, 'big', 'big'), ...items(2, 'small', 'small'), ...items(1, null, 'none')];
    const source = createMemorySource(work, { execute: ({ id }) => held.hold(id) });
    const { report } = startDrain(source, { admission: createTenantLimits(2) });
    await waitFor(() => held.waiting.length === 5);
    expect(held.waiting).toEqual(['big-0', 'big-1', 'small-0', 'small-1', 'none-0']);
    held.finish('big-0', ok);
    await waitFor(() => held.waiting.includes('big-2'));
    expect(held.waiting.filter((id) => id.startsWith('big'))).toHaveLength(2);
    while (held.waiting.length > 0) {
      held.finishAll(ok);
      await settleDown();
    }
    expect(await report).toMatchObject({ successful: 9 });
  });

  it('holds over several drains', async () => {
    const held = createHeld<Outcome>();
    const tenants = createTenantLimits(3);
    const make = (prefix: string) =>
      createMemorySource(items(4, 'one', prefix), { execute: ({ id }) => held.hold(id) });
    const [left, right] = [make('left'), make('right')];
    const reports = [startDrain(left, { admission: tenants }).report, startDrain(right, { admission: tenants }).report];
    await settleDown();
    let most = 0;
    while (held.waiting.length > 0) {
      most = Math.max(most, held.waiting.length);
      held.finish(held.waiting[0]!, ok);
      await settleDown();
    }
    expect(most).toBe(3);
    expect((await Promise.all(reports)).map(({ successful }) => successful)).toEqual([4, 4]);
  });

  it('gives parked claims back when the drain closes', async () => {
    const held = createHeld<Outcome>();
    const source = createMemorySource(items(5, 'one'), { execute: ({ id }) => held.hold(id) });
    const { report, close } = startDrain(source, { admission: createTenantLimits(1) });
    await waitFor(() => held.waiting.length === 1);
    close.abort();
    held.finishAll(ok);
    expect(await report).toMatchObject({ successful: 1, released: 4 });
  });
});
