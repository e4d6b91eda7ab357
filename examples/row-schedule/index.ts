// Starts the reminders of reminders.ts with three invoices that are due within seconds, and prints what is sent until Ctrl-C.
import pg from 'pg';
import { createScheduler } from 'punctual';
import { createTables, invoiceReminders } from './reminders.js';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
await createTables(pool);
const reminders = invoiceReminders(pool, async ({ to, subject }) => console.log(`to ${to}: ${subject}`));
const scheduler = createScheduler({ pool, subscriptions: false, rows: [reminders] });
await scheduler.start();

await pool.query(`
  WITH made AS (INSERT INTO invoices (email) SELECT name || '@example.com' FROM unnest('{aiko,maya,tom}'::text[]) AS name RETURNING id)
  INSERT INTO invoice_reminders (invoice_id, timezone, punctual_next_run_at)
  SELECT id, (ARRAY['Asia/Tokyo', 'Asia/Kathmandu', 'America/New_York'])[1 + id % 3], now() + interval '3 seconds' FROM made`);
scheduler.rows.wake('invoice-reminders');

process.once('SIGINT', () => void scheduler.stop().then(() => pool.end()));
