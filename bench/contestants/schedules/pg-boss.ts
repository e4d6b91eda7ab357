// pg-boss's own pass over the same number of schedules, which it makes every 30 seconds.
import pg from 'pg';
import { answer, contestInput } from '../../support/programs/contest.js';
import { load } from '../../support/peer.js';
import { watchLoop, type PassResult } from './watch-loop.js';

type Pass = (this: unknown, ...args: unknown[]) => Promise<unknown>;
const { databaseUrl, count: due, warmUp: all } = contestInput();
const { PgBoss } = await load('pg-boss');
const timekeeper = (await load(new URL('./timekeeper.js', import.meta.resolve('pg-boss')).href)) as {
  default: { prototype: { onCron: Pass } };
};

const setUp = new PgBoss({ connectionString: databaseUrl, schedule: false });
await setUp.start();
await setUp.createQueue('digest');
await setUp.stop();
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
// Daily schedules are half a day away, whatever the time; the due ones are due every minute.
await client.query(
  `INSERT INTO pgboss.schedule (name, key, cron, timezone)
   SELECT 'digest', 'user-' || n,
          CASE WHEN n <= $1 THEN '* * * * *'
               ELSE n % 60 || ' ' || (extract(hour FROM now() AT TIME ZONE 'UTC')::int + 6 + n % 12) % 24 || ' * * *' END,
          'UTC'
     FROM generate_series(1, $2::int) AS n`,
  [due, all],
);
const sent = async (): Promise<number> =>
  (await client.query<{ sent: number }>(`SELECT count(*)::int AS sent FROM pgboss.job WHERE name LIKE '%send-it'`))
    .rows[0]!.sent;

const boss = new PgBoss({ connectionString: databaseUrl, schedule: true, cronMonitorIntervalSeconds: 1 });
boss.on('error', console.error);
const { prototype } = timekeeper.default;
const onCron = prototype.onCron;

// Its pass, from its claim to the last inserted job. Forwarding those jobs to their queues and fetching them there is not measured.
const watched = new Promise<PassResult>((resolve, reject) => {
  prototype.onCron = function (...args) {
    prototype.onCron = onCron;
    const pass = async (): Promise<number> => {
      await onCron.apply(this, args);
      return due;
    };
    return watchLoop(pass).then(resolve, reject);
  };
});
await boss.start();
const result = await watched;
answer({ ...result, fired: await sent() } satisfies PassResult);
