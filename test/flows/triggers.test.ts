// Ten triggers at once, over several instances.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue } from '../support/flow/occurrences.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
}, 60_000);
afterAll(() => flow.close());

it('ten triggers at once process each occurrence once', async () => {
  const instances = await flow.startMany(3, { SCHEDULER_ENABLED: 'false' });
  for (let round = 0; round < inLength(2, 20); round += 1) {
    const before = flow.receiver.calls.length;
    const keys = await addDue(flow.pool, 500);
    const calls = Array.from({ length: 10 }, (_, n) => instances[n % 3]!.admin('POST', '/process-subscriptions', {}));
    const answers = await Promise.all(calls);
    expect(answers.map(({ status, body }) => [status, body['success']])).toEqual(answers.map(() => [200, true]));
    const results = answers.map(
      ({ body }) => body['result'] as { processed: number; successful: number; lost: number },
    );
    const sum = (of: (result: (typeof results)[number]) => number): number => results.map(of).reduce((a, b) => a + b);
    expect([sum((one) => one.processed), sum((one) => one.successful), sum((one) => one.lost)]).toEqual([500, 500, 0]);
    const received = flow.receiver.calls.slice(before).map(({ headers }) => headers['idempotency-key']);
    expect(received.sort()).toEqual([...keys].sort());
  }
}, 300_000);
