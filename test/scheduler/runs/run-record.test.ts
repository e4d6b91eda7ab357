// A run's row: written when there is something to write, not too often, and ended once whatever the connection does.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../src/base/clock.js';
import { silentLogger } from '../../../src/base/logger.js';
import type { Database, Db } from '../../../src/db/database.js';
import { insertRun, type NewRun } from '../../../src/db/engine/queries/runs/runs.js';
import type { Run } from '../../../src/scheduler/index.js';
import { createRunRecord } from '../../../src/scheduler/runs/run-record.js';
import { createTally } from '../../../src/scheduler/runs/tally.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

let database: TestDatabase;
let instanceId: string;
const completed = { status: 'completed', error: null, stoppedEarly: false } as const;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  instanceId = randomUUID();
  await database.pool.query('TRUNCATE punctual.scheduler_runs, punctual.scheduler_stats');
  await database.pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'here', 1, '0', 1)`,
    [instanceId],
  );
});
afterAll(() => database.close());

const newRun = (): NewRun => ({
  id: randomUUID(),
  process: 'things',
  slot: null,
  exclusive: false,
  trigger: 'tick',
  triggeredBy: null,
  instanceId,
  input: null,
  now: null,
});

function record(db: Database = database.db, how: { saveEveryMs?: number } = {}) {
  const tally = createTally();
  const shown: Run[] = [];
  const life = new AbortController();
  const made = createRunRecord({
    database: db,
    logger: silentLogger,
    clock: systemClock,
    now: () => null,
    tally,
    run: newRun(),
    row: null,
    life: life.signal,
    onOpened: () => {},
    onProgress: (run) => void shown.push(run),
    ...how,
  });
  return { made, tally, shown, life };
}

/** A database whose connection breaks after the server did what was asked, `times` times. */
function losingAnswersTo(part: string, times: number): Database {
  const query: Db['query'] = async (text, values) => {
    const result = await database.db.query(text, values);
    if (text.includes(part) && times-- > 0) throw new Error('Connection terminated unexpectedly');
    return result as never;
  };
  return { ...database.db, query };
}

const rows = async () => (await database.pool.query('SELECT * FROM punctual.scheduler_runs')).rows;

describe('a run record', () => {
  it('is not written when nothing happened', async () => {
    const { made } = record();
    expect(await made.finish(completed)).toBeNull();
    expect(await rows()).toEqual([]);
  });

  it('is written at the first count, then at most so often, and carries everything at the end', async () => {
    const { made, tally, shown } = record(database.db, { saveEveryMs: 200 });
    for (let i = 0; i < 20; i += 1) {
      tally.add({ processed: 1, successful: 1 });
      made.touch();
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await waitFor(() => shown.length > 0);
    expect(shown.length).toBeLessThanOrEqual(4);
    tally.add({ processed: 1, failed: 1 });
    const run = await made.finish(completed);
    expect(run).toMatchObject({ id: made.id, status: 'completed', counts: { processed: 21, failed: 1 } });
    made.touch();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await rows()).toHaveLength(1);
  });

  it('is written at the end when the run failed before anything was counted', async () => {
    const { made } = record();
    expect(await made.finish({ ...completed, status: 'failed', error: 'no' })).toMatchObject({
      status: 'failed',
      error: 'no',
    });
  });

  it('ends once, and says so, although the answer of the database got lost', async () => {
    const { made, tally } = record(losingAnswersTo('rolled_up', 1));
    tally.add({ processed: 1, successful: 1 });
    expect(await made.finish(completed)).toMatchObject({ status: 'completed', counts: { processed: 1 } });
    const { rows: stats } = await database.pool.query('SELECT runs::int FROM punctual.scheduler_stats');
    expect(stats).toEqual([{ runs: 1 }]);
  });

  it('is left alone once its instance is over, or was declared dead', async () => {
    const mine = record();
    mine.tally.add({ processed: 1 });
    mine.life.abort();
    expect(await mine.made.finish(completed)).toBeNull();

    const declared = record();
    declared.tally.add({ processed: 1 });
    await database.pool.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE id = $1`, [instanceId]);
    expect(await declared.made.finish(completed)).toBeNull();
    expect(await insertRun(database.db, newRun())).toBeNull();
    expect(await rows()).toEqual([]);
  });
});
