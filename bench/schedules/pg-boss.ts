// pg-boss's own pass over as many schedules, as it runs it every 30 seconds.
import pg from 'pg';
import { answer, contestInput } from '../support/contest.js';
import { load } from '../support/peer.js';
import { watchLoop } from './watch-loop.js';

type Pass = (this: unknown, ...args: unknown[]) => Promise<unknown>;
const { databaseUrl, count: due, warmUp: all } = contestInput();
const { PgBoss } = await load('pg-boss');
const timekeeper = (await load(new URL('./timekeeper.js', import.meta.resolve('pg-boss')).href)) as {
  default: { prototype: { cron: Pass } };
};

const setUp = new PgBoss({ connectionString: databaseUrl, schedule: false });
await setUp.start();
await setUp.createQueue('digest');
await setUp.stop();
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
// Daily ones lie half a day away, whatever time it is; those that are due are due every minute.
await client.query(
  `INSERT INTO pgboss.schedule (name, key, cron, timezone)
   SELECT 'digest', 'user-' || n,
          CASE WHEN n <= $1 THEN '* * * * *'
               ELSE n % 60 || ' ' || (extract(hour FROM now() AT TIME ZONE 'UTC')::int + 6 + n % 12) % 24 || ' * * *' END,
          'UTC'
     FROM generate_series(1, $2::int) AS n`,
  [due, all],
);
await client.end();

const boss = new PgBoss({ connectionString: databaseUrl, schedule: true, cronMonitorIntervalSeconds: 1 });
boss.on('error', console.error);
const { prototype } = timekeeper.default;
const pass = prototype.cron;
const measured = new Promise((resolve, reject) => {
  prototype.cron = function (...args) {
    prototype.cron = pass;
    const watched = watchLoop(async () => {
      await pass.apply(this, args);
      return due;
    });
    return watched.then(resolve, reject);
  };
});
await boss.start();
answer(await measured);
