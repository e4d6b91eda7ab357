import { describe, expect, it } from '@jest/globals';
import { createGate, MOST_AHEAD } from '../../../../src/modules/notifications/deliver/gate.js';
import { waitFor } from '../../../support/wait-for.js';
import { deferred } from '../../../scheduler/queue/support.js';

/** A gate of five slots whose messages take this long each. */
async function measured(tookMs: number) {
  let now = 0;
  const gate = createGate(5, () => now);
  await gate.run(async () => void (now += tookMs));
  return gate;
}

describe('gate', () => {
  it('runs as many at once as it has slots, first come, first served', async () => {
    const gate = createGate(2, () => 0);
    const started: number[] = [];
    const holds = [0, 1, 2, 3].map(() => deferred());
    const runs = holds.map((hold, n) =>
      gate.run(() => {
        started.push(n);
        return hold.promise;
      }),
    );
    await Promise.resolve();
    expect([started, gate.active]).toEqual([[0, 1], 2]);
    holds[1]?.resolve();
    await runs[1];
    await waitFor(() => started.length === 3);
    expect([started, gate.active]).toEqual([[0, 1, 2], 2]);
    holds.forEach(({ resolve }) => resolve());
    await Promise.all(runs);
    expect([started, gate.active]).toEqual([[0, 1, 2, 3], 0]);
  });

  it('holds what will be sent within a quarter of a second', async () => {
    expect(createGate(5, () => 0).inHand()).toBe(5);
    expect((await measured(3_000)).inHand()).toBe(5);
    expect((await measured(100)).inHand()).toBe(5 + 12);
    expect((await measured(0)).inHand()).toBe(5 + MOST_AHEAD);
  });

  it('wants no more while half of them are waiting, so that many are claimed at a time', async () => {
    const gate = await measured(5);
    const hold = deferred();
    const runs = Array.from({ length: 5 + 100 }, () => gate.run(() => hold.promise));
    expect(gate.inHand()).toBe(205);
    runs.push(gate.run(() => hold.promise));
    expect(gate.inHand()).toBe(0);
    hold.resolve();
    await Promise.all(runs);
    expect(gate.inHand()).toBe(205);
  });
});
