// The module as a first version is usually written: chunk by chunk, read a hundred rows, mark one, POST, mark it again. The comparison
// shows its faults: no claim, no token, drift, and the slowest call of a chunk delays the rest.
import http from 'node:http';
import axios from 'axios';
import pg from 'pg';
import { answer, contestInput, timed } from '../../support/programs/contest.js';

const { databaseUrl, receiverUrl, count, warmUp, parallel } = contestInput();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const client = axios.create({ httpAgent: new http.Agent({ keepAlive: true }) });

await pool.query(`
  CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text, frequency text, active boolean);
  CREATE TABLE subscription_processing (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), subscription_id uuid NOT NULL REFERENCES subscriptions (id),
    status varchar(50) NOT NULL DEFAULT 'pending', next_run_at timestamptz, last_run_at timestamptz, error text,
    updated_at timestamptz DEFAULT now());
  CREATE INDEX ON subscription_processing (status, next_run_at)`);

interface Row {
  readonly id: string;
  readonly subscription_id: string;
  readonly user_id: string;
}

async function seed(rows: number): Promise<void> {
  await pool.query(
    `WITH made AS (INSERT INTO subscriptions (user_id, frequency, active)
       SELECT 'user-' || n, 'daily', true FROM generate_series(1, $1::int) AS n RETURNING id)
     INSERT INTO subscription_processing (subscription_id, next_run_at) SELECT id, now() - interval '1 minute' FROM made`,
    [rows],
  );
  await pool.query('VACUUM ANALYZE subscription_processing');
}

async function processOne(row: Row): Promise<void> {
  await pool.query(`UPDATE subscription_processing SET status = 'processing', updated_at = now() WHERE id = $1`, [
    row.id,
  ]);
  await client.post(`${receiverUrl}/process`, { subscriptionId: row.subscription_id, userId: row.user_id });
  const next = new Date();
  next.setDate(next.getDate() + 1);
  await pool.query(
    `UPDATE subscription_processing SET status = 'completed', last_run_at = now(), next_run_at = $2, updated_at = now()
      WHERE id = $1`,
    [row.id, next],
  );
}

async function drainAll(): Promise<number> {
  let done = 0;
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT p.id, p.subscription_id, s.user_id FROM subscription_processing p JOIN subscriptions s ON s.id = p.subscription_id
        WHERE s.active AND p.status IN ('pending', 'completed', 'failed') AND p.next_run_at <= now()
        ORDER BY p.next_run_at LIMIT 100`,
    );
    if (rows.length === 0) return done;
    for (let from = 0; from < rows.length; from += parallel) {
      await Promise.all(rows.slice(from, from + parallel).map(processOne));
    }
    done += rows.length;
  }
}

await seed(warmUp);
await drainAll();
await seed(count);
answer(await timed(count, drainAll));
