// Measures the duration of runs with a hundred due rows each, in a table of many rows that are not due.
import { createScheduler } from '../../src/index.js';
import { answer } from '../support/programs/contest.js';
import { withClient } from '../support/database.js';

interface ScanInput {
  readonly databaseUrl: string;
  readonly due: number;
  readonly runs: number;
}

const { databaseUrl, due, runs } = JSON.parse(process.argv[2] ?? '{}') as ScanInput;
const scheduler = createScheduler({
  databaseUrl,
  enabled: false,
  migrate: false,
  subscriptions: { process: async () => {}, parallel: 50 },
});
await scheduler.start();

// Makes the next rows due; it does not matter how often they have run before.
const makeDue = (): Promise<unknown> =>
  withClient(databaseUrl, (client) =>
    client.query(
      `UPDATE subscription_processing SET next_run_at = now() - interval '1 second'
        WHERE id IN (SELECT id FROM subscription_processing
                      WHERE runnable AND next_run_at > now() + interval '1 hour' ORDER BY next_run_at LIMIT $1)`,
      [due],
    ),
  );

const times: number[] = [];
for (let run = -5; run < runs; run += 1) {
  await makeDue();
  const since = performance.now();
  const { counts, error } = await scheduler.trigger('subscriptions', { by: 'bench', trigger: 'tick' });
  if (run >= 0) times.push(performance.now() - since);
  if (error !== null || counts.successful !== due) throw new Error(`${counts.successful} of ${due}: ${error}`);
}
await scheduler.stop();
answer({ times });
