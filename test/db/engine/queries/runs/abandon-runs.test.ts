// What becomes of an exclusive slot whose instance is gone: taken again, unless it was the run that took the process down.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { abandonRuns } from '../../../../../src/db/engine/queries/runs/run-history.js';
import { insertRunOfSlot } from '../../../../../src/db/engine/queries/runs/runs.js';
import { createTestDatabase, type TestDatabase } from '../../../../support/database.js';

const SLOT = new Date('2026-01-01T00:00:00Z');
const NEXT = new Date('2026-01-02T00:00:00Z');
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function instance(): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key)
     VALUES ($1, 'test', 1, '0', nextval('punctual.presence_keys'))`,
    [id],
  );
  return id;
}

/** An instance takes the slot and is gone in the middle. False: the slot was not to be had any more. */
async function takeAndGo(process: string, end: { state: 'dead' | 'stopped'; survived: boolean | null }) {
  const instanceId = await instance();
  const run = {
    ...{ id: randomUUID(), process, slot: SLOT, exclusive: true, trigger: 'tick' as const, triggeredBy: null },
    ...{ instanceId, input: undefined, now: null },
  };
  const row = await insertRunOfSlot(database.db, run, { cursor: SLOT, next: NEXT });
  await database.pool.query('UPDATE punctual.scheduler_instances SET state = $2, survived = $3 WHERE id = $1', [
    instanceId,
    end.state,
    end.survived,
  ]);
  await abandonRuns(database.db, [instanceId], { error: 'gone', now: null });
  return row !== null;
}

describe('an exclusive slot', () => {
  it.each([
    ['is given up after three crashes', 'crashed', { state: 'dead', survived: false }, [true, true, true, false]],
    [
      'is taken again however often the database went away',
      'cut',
      { state: 'dead', survived: true },
      Array(5).fill(true),
    ],
    ['is taken again after every stop', 'stopped', { state: 'stopped', survived: null }, Array(5).fill(true)],
  ] as const)('%s', async (_, process, end, expected) => {
    await database.pool.query(
      `INSERT INTO punctual.scheduler_processes (name, exclusive, budget_s, next_run_at) VALUES ($1, true, 300, $2)`,
      [process, SLOT],
    );
    const taken: boolean[] = [];
    for (const _ of expected) taken.push(await takeAndGo(process, end));
    expect(taken).toEqual(expected);
  });
});
