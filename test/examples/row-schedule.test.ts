// The example with a schedule per row: a reminder goes out at its time, not after its invoice was paid.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTables, invoiceReminders } from '../../examples/row-schedule/reminders.js';
import { createScheduler, type Scheduler } from '../../src/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

describe('the example with a schedule per row', () => {
  let database: TestDatabase;
  let scheduler: Scheduler | undefined;
  const sent: string[] = [];

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await createTables(database.pool);
    const reminders = invoiceReminders(database.pool, async ({ to }) => void sent.push(to));
    scheduler = createScheduler({ pool: database.pool, subscriptions: false, rows: [reminders] });
    await scheduler.start();
  });
  afterAll(async () => {
    await scheduler?.stop();
    await database.close();
  });

  it('reminds of what is not paid, and of nothing else', async () => {
    const { pool } = database;
    await pool.query(
      `INSERT INTO invoices (email, paid) VALUES ('aiko@example.com', false), ('maya@example.com', true)`,
    );
    await pool.query(
      `INSERT INTO invoice_reminders (invoice_id, timezone, punctual_next_run_at) SELECT id, 'Asia/Tokyo', now() FROM invoices`,
    );
    scheduler?.rows.wake('invoice-reminders');
    const history = async () => (await scheduler?.rows.history('invoice-reminders'))?.items ?? [];
    await waitFor(async () => (await history()).filter(({ outcome }) => outcome !== 'enqueued').length === 2);
    expect(sent).toEqual(['aiko@example.com']);
    expect((await history()).map(({ key, outcome, reason }) => [key, outcome, reason]).sort()).toEqual([
      ['1', 'completed', null],
      ['2', 'skipped', 'paid'],
    ]);
    const { rows } = await pool.query('SELECT active, punctual_next_run_at FROM invoice_reminders ORDER BY invoice_id');
    expect(rows.map(({ active }) => active as boolean)).toEqual([true, false]);
  });
});
