// A scheduler with the upkeep module over tables that it makes, and rows of every age in them.
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { upkeep, type UpkeepOptions } from '../../../src/modules/upkeep/index.js';
import type { BatchRequest } from '../../../src/scheduler/public.js';
import type { TestDatabase } from '../../support/database.js';

export async function startUpkeep(
  database: TestDatabase,
  options: UpkeepOptions = {},
  more: { readonly budgetS?: number } = {},
): Promise<Scheduler> {
  const scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, batchCron: null },
    ...{ modules: [upkeep(options)], queue: { worker: false } },
    ...more,
  });
  await scheduler.start();
  return scheduler;
}

/** What `cleanup` came to in one pass of the batch, without how long it took. */
export async function pass(
  scheduler: Pick<Scheduler, 'batch'>,
  request: BatchRequest = {},
): Promise<Record<string, unknown>> {
  const { finished } = await scheduler.batch.begin({ by: 'test', only: ['cleanup'], ...request });
  const { duration_ms: _took, ...result } = (await finished).results['cleanup'] as Record<string, unknown>;
  return result;
}

/** Old and young rows of each table. */
export async function seed({ pool }: TestDatabase, old: number, young: number): Promise<void> {
  await pool.query(`
    INSERT INTO verification_codes (created_at) SELECT now() - interval '31 days' - n * interval '1 ms' FROM generate_series(1, ${old}) n;
    INSERT INTO verification_codes (created_at) SELECT now() - interval '29 days' FROM generate_series(1, ${young});
    INSERT INTO oauth_states (expires_at) SELECT now() - interval '1 minute' - n * interval '1 ms' FROM generate_series(1, ${old}) n;
    INSERT INTO oauth_states (expires_at) SELECT now() + interval '1 hour' FROM generate_series(1, ${young});
    INSERT INTO page_visits (user_id, visited_at)
      SELECT n % 7, now() - interval '401 days' - n * interval '1 ms' FROM generate_series(1, ${old}) n;
    INSERT INTO page_visits (user_id, visited_at) SELECT n, now() - interval '399 days' FROM generate_series(1, ${young}) n;`);
}

/** Rows of each table. */
export async function counts({ pool }: TestDatabase): Promise<Record<string, number>> {
  const names = ['verification_codes', 'oauth_states', 'page_visits', 'page_visits_archive'];
  const { rows } = await pool.query<Record<string, number>>(
    `SELECT ${names.map((name) => `(SELECT count(*)::int FROM ${name}) AS ${name}`).join(', ')}`,
  );
  return rows[0] ?? {};
}
