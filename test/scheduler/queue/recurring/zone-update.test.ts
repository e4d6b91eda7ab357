// New rules of a time zone move the waiting occurrences of recurring jobs, once, and leave what is owed alone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../../src/scheduler/queue/index.js';
import { moveOf, updateJobZones } from '../../../../src/scheduler/queue/recurring/zone-update.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startQueue, type TestQueue } from '../support.js';

const now = new Date('2026-05-01T12:00:00Z');
const RIGHT = new Date('2026-05-02T07:00:00Z');
let database: TestDatabase;
let kit: TestQueue;
const report = defineJob({ type: 'report', schema: z.object({}), run: () => {} });

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startQueue(database, { jobs: [report], start: false, now: () => now });
});
beforeEach(() => database.pool.query(`DELETE FROM punctual.scheduler_meta WHERE key = 'jobs_tz_version'`));
afterAll(async () => {
  await kit.stop();
  await database.close();
});

const update = (version: string) => updateJobZones({ db: database.db, now: () => now, version });
/** Waits at an hour that rules of long ago gave it. */
async function misplaced(hours: number): Promise<string> {
  const { id } = await kit.queue.enqueue(
    report,
    {},
    { schedule: { frequency: 'daily', time: '09:00', timezone: 'Europe/Berlin' } },
  );
  await database.pool.query(
    `UPDATE punctual.jobs SET run_at = run_at + $2 * interval '1 hour', scheduled_for = scheduled_for + $2 * interval '1 hour'
     WHERE id = $1`,
    [id, hours],
  );
  return id;
}
const times = async (id: string): Promise<Date[]> => {
  const { runAt, scheduledFor } = await kit.queue.admin.get(id);
  return [runAt, scheduledFor];
};

describe('a new time zone database', () => {
  it('moves what waits to the nearest occurrence, once for each version', async () => {
    const id = await misplaced(1);
    expect(await update('2026a')).toBe(0); // the first start has nothing to compare with
    expect(await update('2026b')).toBe(1);
    expect(await times(id)).toEqual([RIGHT, RIGHT]);
    const again = await misplaced(-1);
    expect(await update('2026b')).toBe(0);
    expect(await update('2026a')).toBe(0); // older rules than the ones in use
    expect(await times(again)).toEqual([new Date('2026-05-02T06:00:00Z'), new Date('2026-05-02T06:00:00Z')]);
  });

  it('leaves alone what is claimed, and what was put off by hand', async () => {
    const claimed = await misplaced(1);
    await database.pool.query(
      `INSERT INTO punctual.job_claims (token, instance_id, job_ids) VALUES (gen_random_uuid(), $1, ARRAY[$2::uuid])`,
      [kit.instance.id, claimed],
    );
    const moved = await misplaced(1);
    await database.pool.query(`UPDATE punctual.jobs SET run_at = run_at + interval '5 minutes' WHERE id = $1`, [moved]);
    await update('2026a');
    const before = [await times(claimed), await times(moved)];
    await update('2026b');
    expect([await times(claimed), await times(moved)]).toEqual(before);
  });
});

describe('moveOf', () => {
  const row = (rule: object, at: Date) => ({
    ...{ id: 'a', series_id: 'a', run_at: at, scheduled_for: at },
    schedule: { rule: { frequency: 'daily', time: '09:00', ...rule }, anchor: now.toISOString() },
  });
  it('says nothing of what is right, due already, or in a zone that is not known here', () => {
    expect(moveOf(row({ timezone: 'Europe/Berlin' }, RIGHT), now.getTime())).toBeNull();
    expect(moveOf(row({}, new Date('2026-05-01T11:00:00Z')), now.getTime())).toBeNull();
    expect(moveOf(row({ timezone: 'Atlantis/Poseidonis' }, RIGHT), now.getTime())).toBeNull();
  });
});
