// Digests as a host uses them: all schedules are due in the same minute, and one instance with default settings plans them.
import pg from 'pg';
import { createScheduler } from '../../../src/index.js';
import { digests } from '../../../src/modules/digests/index.js';
import { mailFiles, notifications } from '../../../src/modules/notifications/index.js';
import { answer, contestInput, timed } from '../../support/programs/contest.js';
import { fillUpdates, groupsFor, zones } from './world.js';

const { databaseUrl, count } = contestInput();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const scheduler = createScheduler({
  pool,
  subscriptions: false,
  // planned by the trigger below, but not sent, which is another benchmark
  enabled: false,
  queue: { worker: false },
  modules: [notifications({ from: 'shop@example.com', transport: mailFiles() }), digests()],
});
await scheduler.start();

const client = await pool.connect();
await fillUpdates(client, 'punctual.updates', count);
await client.query(
  `INSERT INTO punctual.recipients (user_id, email, timezone)
   SELECT 'u' || n, 'r' || n || '@example.com', ($2::text[])[1 + n % 40] FROM generate_series(1, $1::int) n`,
  [count, zones(40)],
);
await client.query(
  `INSERT INTO punctual.digest_schedules (recipient_id, group_id, timezone, delivery_time, next_digest_scheduled)
   SELECT r.id::text, 'g' || row_number() OVER () % $1, r.timezone, to_char(now() AT TIME ZONE r.timezone, 'HH24:MI'),
     date_trunc('minute', now())
   FROM punctual.recipients r`,
  [groupsFor(count)],
);
await client.query('VACUUM ANALYZE');
client.release();

const result = await timed(count, async () => {
  for (;;) {
    const run = await scheduler.trigger('digests', { by: 'bench' });
    if (run.status !== 'completed') throw new Error(`the run ${run.status}`);
    if (!run.stoppedEarly) return;
  }
});
const { rows } = await pool.query<{ stored: number; due: number; jobs: number }>(
  `SELECT (SELECT count(*)::int FROM punctual.notifications) AS stored, (SELECT count(*)::int FROM punctual.jobs) AS jobs,
     (SELECT count(*)::int FROM punctual.digest_schedules WHERE next_digest_scheduled <= now()) AS due`,
);
const { stored, due, jobs } = rows[0]!;
if (stored !== count / 2 || jobs !== stored || due !== 0) {
  throw new Error(`${stored} notifications and ${jobs} jobs of ${count / 2}, ${due} still due`);
}
answer(result);
