// The host's function for headers: waited for only so long, and nothing of a call stays with the signal of its run.
import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { hostHeaders } from '../../../src/clients/subscription-worker/host-headers.js';

/** Whatever a signal keeps of others, by whatever name the runtime has for it. */
const kept = (signal: AbortSignal): number =>
  Object.getOwnPropertySymbols(signal)
    .map((symbol) => (signal as unknown as Record<symbol, { readonly size?: unknown } | null | undefined>)[symbol])
    .reduce((sum, held) => sum + Number(held?.size ?? 0), 0);

describe('headers of the host', () => {
  it('leave nothing behind with the signal of a run, however many calls it has', async () => {
    const { signal } = new AbortController();
    for (let call = 0; call < 100; call += 1) {
      expect(await hostHeaders(() => ({ 'X-Call': String(call) }), 1_000, signal)).toEqual({ 'X-Call': String(call) });
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(kept(signal)).toBe(0);
  });

  it('are given up when they take too long, and when the run is over', async () => {
    const never = (): Promise<never> => new Promise(() => {});
    const { signal } = new AbortController();
    await expect(hostHeaders(never, 5, signal)).rejects.toMatchObject({ code: 'HEADERS_FAILED' });
    const run = new AbortController();
    const asked = hostHeaders(never, 60_000, run.signal);
    run.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    await expect(hostHeaders(never, 60_000, run.signal)).rejects.toMatchObject({ code: 'ERR_CANCELED' });
  });
});
