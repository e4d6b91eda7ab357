// Instances that are started at the same moment on an empty database: one migrates, the others wait for it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDue } from '../support/flow/occurrences.js';
import { openFlow, type Flow } from '../support/flow/flow.js';

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow({ database: 'empty' });
}, 60_000);
afterAll(() => flow.close());

it('all of them get ready, the database is migrated, and they share the work', async () => {
  const instances = await flow.startMany(3);
  expect(await Promise.all(instances.map(({ readiness }) => readiness()))).toEqual([200, 200, 200]);
  // a migration that is applied twice fails, and its instance with it
  const { rows } = await flow.pool.query<{ set_name: string }>(
    `SELECT DISTINCT set_name FROM punctual.schema_history WHERE kind = 'migration'`,
  );
  expect(rows.map(({ set_name }) => set_name)).toEqual(expect.arrayContaining(['engine', 'queue', 'subscriptions']));

  const keys = await addDue(flow.pool, 200);
  await flow.expectDelivered(keys);
  expect([...flow.receiver.repeats().values()].every((count) => count === 1)).toBe(true);
  const status = await instances[0]!.admin('GET', '/status');
  const listed = status.body['instances'] as { state: string }[];
  expect(listed.map(({ state }) => state)).toEqual(['alive', 'alive', 'alive']);
}, 300_000);
