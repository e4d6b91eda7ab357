// A started scheduler with nothing to do: the number of its statements and its CPU time.
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler } from '../../src/index.js';
import { answer, contestInput } from '../support/programs/contest.js';
import { migrated, withClient } from '../support/database.js';
import { seedSubscriptions } from '../support/subscriptions.js';

const { databaseUrl, ...rest } = contestInput();
const { seconds } = rest as unknown as { seconds: number };
await migrated(databaseUrl);
await seedSubscriptions(databaseUrl, { due: 0, later: 10_000 });
const scheduler = createScheduler({ databaseUrl, subscriptions: { process: async () => {} } });
await scheduler.start();
await sleep(5_000);

/** The server's count of transactions in this database; each of our statements is one transaction. */
const transactions = (): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    await client.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await client.query<{ n: string }>(
      'SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]!.n);
  });

const before = await transactions();
const cpu = process.cpuUsage();
await sleep(seconds * 1_000);
const { user, system } = process.cpuUsage(cpu);
const after = await transactions();
await scheduler.stop();
answer({ statements: after - before - 2, cpuShare: (user + system) / 1e6 / seconds });
