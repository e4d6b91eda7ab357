import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startReceiver, type Receiver } from './receiver.js';
import { waitFor } from '../wait-for.js';

describe('the scripted receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => void (receiver = await startReceiver()));
  afterEach(() => receiver.close());

  const post = (init: RequestInit = {}): Promise<Response> =>
    fetch(`${receiver.url}/process?x=1`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'idempotency-key': 'k' },
      ...init,
    });

  it('records calls and answers 200 by itself', async () => {
    const reply = await post();
    expect(await reply.json()).toEqual({ success: true });
    expect(receiver.calls).toMatchObject([{ method: 'POST', path: '/process?x=1', body: { a: 1 }, number: 1 }]);
    await post();
    expect(receiver.repeats()).toEqual(new Map([['k', 2]]));
  });

  it('follows its script, then the usual answer', async () => {
    receiver.next({ status: 503, retryAfter: 7 }, { status: 422, body: { error: 'no' } });
    receiver.answer((call) => ({ body: { number: call.number } }));
    const [first, second, third] = [await post(), await post(), await post()];
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '7']);
    expect([second.status, await second.json()]).toEqual([422, { error: 'no' }]);
    expect(await third.json()).toEqual({ number: 3 });
  });

  it('sends bodies of any size', async () => {
    receiver.next({ bodyBytes: 1_000_001 });
    expect((await (await post()).arrayBuffer()).byteLength).toBe(1_000_001);
  });

  it('counts what it holds open', async () => {
    receiver.answer({ fault: 'hang' });
    const abort = new AbortController();
    const calls = [post({ signal: abort.signal }), post({ signal: abort.signal })].map((call) =>
      call.catch(() => 'aborted'),
    );
    await waitFor(() => receiver.inFlight === 2);
    abort.abort();
    expect(await Promise.all(calls)).toEqual(['aborted', 'aborted']);
    await waitFor(() => receiver.inFlight === 0);
    expect(receiver.maxInFlight).toBe(2);
  });

  it.each(['cut', 'garbage'] as const)('breaks the protocol: %s', async (fault) => {
    receiver.next({ fault });
    await expect(post()).rejects.toThrow('fetch failed');
  });

  it('stalls in the middle of a body', async () => {
    receiver.next({ fault: 'stall' });
    const reply = await post({ signal: AbortSignal.timeout(300) });
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow(/timeout|aborted/);
  });
});
