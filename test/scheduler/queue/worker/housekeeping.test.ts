// What is done at intervals: also where no worker runs, and without repeating itself in the log.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { collectLogs } from '../../../support/collected-logs.js';
import { waitFor } from '../../../support/wait-for.js';
import { queueKits } from '../support.js';

let database: TestDatabase;
const kits = queueKits(() => database);
const own = defineJob({ type: 'own', schema: z.object({}), run: () => {} });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => kits.clear());
afterAll(() => database.close());

const insert = (type: string) =>
  database.pool.query(
    `INSERT INTO punctual.jobs (id, type, run_at) VALUES (gen_random_uuid(), $1, now() - interval '1 minute')`,
    [type],
  );

describe('due jobs of unknown types', () => {
  it('are reported once for each type, however often they come and go', async () => {
    const logs = collectLogs();
    const { queue } = await kits.open({ jobs: [own], pollMs: 20, logger: logs.logger });
    const reported = () => logs.of('due jobs of types that this instance does not know are left for others');
    for (let round = 0; round < 3; round += 1) {
      await insert('strange');
      await waitFor(() => queue.unknownTypes().includes('strange'));
      await waitFor(() => reported().length > 0);
      await database.pool.query(`DELETE FROM punctual.jobs WHERE type = 'strange'`);
      await waitFor(() => queue.unknownTypes().length === 0);
    }
    await insert('strange');
    await insert('stranger');
    await waitFor(() => reported().length > 1);
    expect(reported().map(({ types }) => types)).toEqual([['strange'], ['stranger']]);
  });
});

describe('a process that works on no jobs', () => {
  it('still deletes what is old', async () => {
    const { queue } = await kits.open({ jobs: [own], start: false, pollMs: 20 });
    await database.pool.query(
      `INSERT INTO punctual.jobs (id, type, status, completed_at)
       VALUES (gen_random_uuid(), 'own', 'completed', now() - interval '3 days')`,
    );
    await queue.worker.startHousekeeping();
    await waitFor(async () => (await queue.admin.list({ type: 'own' })).items.length === 0);
    expect(queue.worker.running).toBe(false);
  });
});
