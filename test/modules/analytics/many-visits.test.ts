// A hundred thousand visits that arrive late and twice, while two instances count and old ones are archived: counted once each.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.js';
import { silentLogger } from '../../../src/base/logger.js';
import { analytics } from '../../../src/modules/analytics/count/analytics.js';
import { isSchedulerError, type ProcessContext } from '../../../src/scheduler/public.js';
import type { Scheduler } from '../../../src/compose/create-scheduler.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { expected, pass, startAnalytics, stored } from './analytics-kit.js';

const VISITS = 100_000;
const PARTS = 8;
const LONG_MS = 180_000;
let database: TestDatabase;
const schedulers: Scheduler[] = [];
beforeAll(async () => {
  database = await createEmptyDatabase();
  for (let instance = 0; instance < 2; instance += 1) schedulers.push(await startAnalytics(database));
  await database.pool.query(`
    INSERT INTO teams (timezone) SELECT (ARRAY['Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])[n % 4 + 1]
      FROM generate_series(1, 40) n;
    INSERT INTO users (team_id) SELECT n % 40 + 1 FROM generate_series(1, 400) n;
    -- what arrives: the ids in no order of time, over fifteen months and both changes of the clock
    CREATE TABLE arriving AS SELECT n AS id, hashint4(n) % 400 AS u, now() - (hashint4(n + 7) & 65535) * interval '10 minutes' AS at
      FROM generate_series(1, ${VISITS}) n;
    UPDATE arriving SET u = abs(u) + 1;`);
});
afterAll(async () => {
  for (const scheduler of schedulers) await scheduler.stop({ graceMs: 0 });
  await database.close();
});

/** A part of what arrives, in a transaction that commits later than those that begin after it. */
async function arrive(part: number, meanwhile: () => Promise<unknown>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO page_visits (id, user_id, visited_at) SELECT id, u, at FROM arriving WHERE id % ${PARTS} = $1
       ON CONFLICT (id) DO NOTHING`,
      [part],
    );
    await meanwhile();
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** Passes of both instances at once; one of them may find the other at work. */
const count = (): Promise<unknown> =>
  Promise.all(
    schedulers.map((scheduler) =>
      pass(scheduler).catch((error: unknown) => {
        if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
      }),
    ),
  );

it(
  'counts each once, whatever the order',
  async () => {
    for (let part = 0; part < PARTS; part += 2) {
      await arrive(part, async () => {
        await arrive(part + 1, async () => {});
        await count();
      });
      if (part % 4 === 0) await pass(schedulers[0] as Scheduler, 'cleanup');
    }
    // all of it again, part of which has been archived meanwhile
    for (let part = 0; part < PARTS; part += 1) await arrive(part, async () => {});
    await count();
    await count();
    const all = await expected(database);
    expect(await stored(database)).toEqual(all);
    expect(all.reduce((sum, { visits }) => sum + visits, 0)).toBe(VISITS);
  },
  LONG_MS,
);

it(
  'counts the same when two count at once without the lock of the process',
  async () => {
    const before = await stored(database);
    // the planner last saw the table of changes empty, as it often is: it must not pick a batch again for each row
    await database.pool.query('VACUUM (TRUNCATE false, ANALYZE) punctual.analytics_changes');
    await database.pool.query(
      `UPDATE punctual.team_stats_daily SET visits = visits + 1;
     INSERT INTO punctual.analytics_changes (user_id, hour)
       SELECT DISTINCT u, floor(extract(epoch FROM at) / 3600)::int FROM arriving`,
    );
    const context = {
      ...{ signal: new AbortController().signal, closing: new AbortController().signal, log: silentLogger },
      ...{ progress: () => {}, count: () => {}, sample: () => {}, input: undefined },
      ...{ runId: '', slot: null, trigger: 'manual', triggeredBy: null, deadline: systemClock.now() },
    } satisfies ProcessContext;
    const { run } = analytics({ db: database.db, now: () => null });
    await Promise.all([run(context), run(context), run(context)]);
    expect(await stored(database)).toEqual(before);
  },
  LONG_MS,
);
