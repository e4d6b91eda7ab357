import { describe, expect, it } from '@jest/globals';
import { createWakeHub } from '../../../../src/scheduler/queue/wake/wake-hub.js';

describe('the wake-up hub', () => {
  it('keeps a wake-up for the next who comes, wakes one at a time, and nobody who has left', async () => {
    const hub = createWakeHub(() => performance.now());
    const { signal } = new AbortController();
    const gone = new AbortController();
    const leaves = hub.wait(gone.signal);
    gone.abort();
    await leaves;
    hub.wake();
    await hub.wait(signal);
    const woken: string[] = [];
    const [first, second] = [
      hub.wait(signal).then(() => woken.push('first')),
      hub.wait(signal).then(() => woken.push('second')),
    ];
    hub.wake();
    await first;
    expect(woken).toEqual(['first']);
    hub.wakeIn(1);
    await second;
    hub.close();
  });
});
