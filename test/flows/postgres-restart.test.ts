// PostgreSQL stopped with -m immediate in the middle of a run, and started again; five times.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue } from '../support/flow/occurrences.js';
import { startFlowPostgres, type FlowPostgres } from '../support/flow/postgres.js';
import { startWatch } from '../support/flow/times.js';
import { inLength, openFlow, type Flow } from '../support/flow/flow.js';
import { waitFor } from '../support/wait-for.js';

let postgres: FlowPostgres;
let flow: Flow;
beforeAll(async () => {
  postgres = await startFlowPostgres();
  flow = await openFlow({ database: postgres });
}, 60_000);
afterAll(() => flow.close());

it('delivers everything; the servers stay up, not ready while it is gone and ready after', async () => {
  flow.receiver.answer({ delayMs: 50 });
  const instances = await flow.startMany(2);
  const rounds = inLength(5, 50);
  const keys: string[] = [];
  const all = async (status: number): Promise<boolean> =>
    (await Promise.all(instances.map(({ readiness }) => readiness()))).every((found) => found === status);

  for (let round = 0; round < rounds; round += 1) {
    keys.push(...(await addDue(flow.pool, 300)));
    const seen = flow.receiver.calls.length;
    await waitFor(() => flow.receiver.calls.length > seen + 100, { timeoutMs: 60_000, what: `work in round ${round}` });
    await postgres.crash();
    const gone = startWatch('PostgreSQL gone, all instances say 503');
    await waitFor(() => all(503), { timeoutMs: 20_000, what: 'not ready' });
    gone.tell();
    await postgres.start();
    const back = startWatch('PostgreSQL back, all instances say 200');
    await waitFor(() => all(200), { timeoutMs: 30_000, what: 'ready again' });
    back.tell();
  }
  await flow.expectDelivered(keys, 120_000);
  // one life for each crash: what is left of a former one does not end the next
  expect(instances.map(({ lives }) => lives().length)).toEqual([rounds + 1, rounds + 1]);
}, 300_000);
