// Charges and publishes all queued pages, with runs of the batch as on the server, and reports how long it took.
import pg from 'pg';
import { createScheduler } from '../../src/index.js';
import { billing } from '../../src/modules/billing/index.js';
import { answer, timed } from '../support/programs/contest.js';

const { databaseUrl, apiUrl, key, teams, pages, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string;
  apiUrl: string;
  key: string;
  teams: number;
  pages: number;
  parallel: number;
};
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const scheduler = createScheduler({
  pool,
  subscriptions: false,
  batchCron: null,
  // a message for each page is enqueued, but not posted: the chat service accepts one a second
  queue: { worker: false },
  modules: [billing({ stripeSecretKey: key, stripeApiBase: apiUrl, parallel, slackBotToken: 'xoxb-bench' })],
});
await scheduler.start();
await pool.query(
  `INSERT INTO teams (name, stripe_customer_id, slack_channel)
   SELECT 'Team ' || n, 'cus_' || n, 'C' || n FROM generate_series(1, $1::int) n`,
  [teams],
);
await pool.query(
  `INSERT INTO users (team_id, name, email, publish_queued)
   SELECT t.id, 'Page ' || n, n || '@team.example', true
   FROM generate_series(1, $1::int) n
   JOIN (SELECT id, row_number() OVER (ORDER BY id) AS turn FROM teams) t ON t.turn = 1 + n % $2::int`,
  [pages, teams],
);
await pool.query('VACUUM ANALYZE');

const passes: unknown[] = [];
const result = await timed(pages, async () => {
  const waiting = async (): Promise<boolean> =>
    (await pool.query('SELECT FROM users WHERE publish_queued LIMIT 1')).rows.length > 0;
  while (await waiting()) {
    const { finished } = await scheduler.batch.begin({ by: 'bench' });
    passes.push((await finished).results['queued_pages']);
  }
});
const { rows } = await pool.query<{ paid: number; cents: number; jobs: number; published: number }>(
  `SELECT (SELECT count(*)::int FROM punctual.billing_charges WHERE status = 'paid') AS paid,
     (SELECT sum(amount_cents)::int FROM punctual.billing_charges WHERE status = 'paid') AS cents,
     (SELECT count(*)::int FROM punctual.jobs) AS jobs, (SELECT count(*)::int FROM users WHERE NOT is_draft) AS published`,
);
answer({ ...result, passes, ...rows[0] });
