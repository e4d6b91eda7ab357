// Reminders of unpaid invoices, each at 09:00 where the customer is: a table of the application's own, and a schedule per row.
import type { Pool } from 'pg';
import { defineRowSchedule } from 'punctual';

/** Sends one mail. `idempotencyKey` is the same on every attempt. */
export type SendMail = (mail: { to: string; subject: string; idempotencyKey: string }) => Promise<void>;

export const createTables = (pool: Pool): Promise<unknown> =>
  pool.query(`
    CREATE TABLE IF NOT EXISTS invoices (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, paid boolean NOT NULL DEFAULT false);
    CREATE TABLE IF NOT EXISTS invoice_reminders (
      invoice_id bigint PRIMARY KEY REFERENCES invoices (id) ON DELETE CASCADE,
      timezone text NOT NULL,
      schedule jsonb NOT NULL DEFAULT '{"frequency": "daily", "interval": 3, "time": "09:00"}',
      active boolean NOT NULL DEFAULT true)`);

/** Every third day until the invoice is paid. */
export const invoiceReminders = (pool: Pool, send: SendMail) =>
  defineRowSchedule({
    name: 'invoice-reminders',
    table: 'invoice_reminders',
    key: 'invoice_id',
    timezone: 'timezone',
    schedule: 'schedule',
    active: 'active',
    run: async ({ key, localTime, idempotencyKey }) => {
      const { rows } = await pool.query<{ email: string; paid: boolean }>(
        'SELECT email, paid FROM invoices WHERE id = $1',
        [key],
      );
      const [invoice] = rows;
      if (!invoice || invoice.paid) {
        await pool.query('UPDATE invoice_reminders SET active = false WHERE invoice_id = $1', [key]);
        return { outcome: 'skipped', reason: 'paid' };
      }
      await send({ to: invoice.email, subject: `Invoice ${key} is due (${localTime})`, idempotencyKey });
      return 'completed';
    },
  });
