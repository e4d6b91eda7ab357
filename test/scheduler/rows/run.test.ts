// `run`: each occurrence is a job that was stored in the commit that advanced its row.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createScheduler,
  defineRowSchedule,
  type RowOccurrence,
  type RowRunOutcome,
  type Scheduler,
} from '../../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { addReminder, ledgerOf, REMINDERS } from './support.js';

describe('a row schedule that runs its occurrences as jobs', () => {
  let test: TestDatabase;
  let scheduler: Scheduler | undefined;
  const seen: RowOccurrence<'note'>[] = [];
  let work: (one: RowOccurrence<'note'>) => RowRunOutcome | void = () => undefined;

  const schedule = defineRowSchedule({
    name: 'reminders',
    table: 'reminders',
    timezone: 'timezone',
    schedule: 'schedule',
    active: 'active',
    tenant: 'customer_id',
    columns: ['note'],
    maxAttempts: 1,
    suspendAfter: 1,
    run: async (occurrence) => {
      seen.push(occurrence);
      return work(occurrence);
    },
  });
  const soon = () => new Date(Date.now() + 1_500);
  const outcomes = async (): Promise<readonly string[]> =>
    (await ledgerOf(test, 'reminders')).map(({ outcome }) => outcome);

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.pool.query(REMINDERS);
  });
  afterEach(async () => {
    await scheduler?.stop({ graceMs: 2_000 });
    seen.length = 0;
    await test.pool.query('TRUNCATE reminders; TRUNCATE punctual.row_runs');
  });
  afterAll(() => test.close());

  async function start(): Promise<Scheduler> {
    scheduler = createScheduler({ pool: test.pool, subscriptions: false, rows: [schedule] });
    await scheduler.start();
    return scheduler;
  }

  it('fires at the due time, with the row as it is then', async () => {
    const started = await start();
    const due = soon();
    const id = await addReminder(test, { schedule: { time: '09:00' }, nextRun: due, note: 'before' });
    started.rows.wake('reminders');
    await test.pool.query(`UPDATE reminders SET note = 'after'`);
    await waitFor(async () => (await outcomes()).includes('completed'));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ key: id, scheduledFor: due, attempt: 1, row: { note: 'after' } });
    expect(seen[0]?.nextScheduledFor?.toISOString()).toMatch(/T09:00:00.000Z$/);
  });

  it('tells the ledger why an occurrence was skipped, and what a dead one died of; too many suspend the row', async () => {
    const started = await start();
    work = ({ row }) => {
      if (row.note === 'bad') throw new Error('no such invoice');
      return { outcome: 'skipped', reason: 'paid already' };
    };
    await addReminder(test, { nextRun: new Date(Date.now() - 1_000), note: 'bad' });
    await addReminder(test, { nextRun: new Date(Date.now() - 1_000), note: 'good' });
    started.rows.wake('reminders');
    await waitFor(async () => (await outcomes()).filter((outcome) => outcome !== 'enqueued').length === 2);
    work = () => undefined;
    expect((await ledgerOf(test, 'reminders')).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['dead', 'no such invoice'],
      ['skipped', 'paid already'],
    ]);
    const { rows } = await test.pool.query('SELECT punctual_state, punctual_error FROM reminders ORDER BY id');
    expect(rows).toEqual([
      { punctual_state: 'suspended', punctual_error: 'no such invoice' },
      { punctual_state: 'planned', punctual_error: null },
    ]);
  });

  it('does not run what was deleted or switched off since it was planned', async () => {
    const planner = createScheduler({
      pool: test.pool,
      subscriptions: false,
      rows: [schedule],
      queue: { worker: false },
    });
    await planner.start();
    for (let index = 0; index < 2; index += 1) await addReminder(test, { nextRun: new Date(Date.now() - 1_000) });
    planner.rows.wake('reminders');
    await waitFor(async () => (await outcomes()).length === 2);
    await test.pool.query('DELETE FROM reminders WHERE id = (SELECT min(id) FROM reminders)');
    await test.pool.query('UPDATE reminders SET active = false');
    await start();
    await waitFor(async () => !(await outcomes()).includes('enqueued'));
    await planner.stop();
    expect((await ledgerOf(test, 'reminders')).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['skipped', 'the row was deleted'],
      ['skipped', 'the row is paused'],
    ]);
    expect(seen).toEqual([]);
  });
});
