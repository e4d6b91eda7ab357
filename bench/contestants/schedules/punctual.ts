// One pass of Punctual over many subscriptions: find due work, claim and plan it, run an empty handler, compute the next runs.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { systemClock } from '../../../src/base/clock.js';
import { createDatabase } from '../../../src/db/database.js';
import { createScheduleBook, createSubscriptionSource } from '../../../src/subscriptions/index.js';
import { median } from '../../support/bench.js';
import { answer, contestInput } from '../../support/programs/contest.js';
import { migrated } from '../../support/database.js';
import { seedSubscriptions } from '../../support/subscriptions.js';
import { watchLoop, type PassResult } from './watch-loop.js';

/** SUBSCRIPTION_BATCH_SIZE. */
const CHUNK = 100;
const WARM_UP = 20;
const MEASURED = 9;

const { databaseUrl, count: due, warmUp: all } = contestInput();
await migrated(databaseUrl);
await seedSubscriptions(databaseUrl, { due: 0, later: all });
const pool = new pg.Pool({ connectionString: databaseUrl });
const db = createDatabase(pool, 'punctual');
const instanceId = randomUUID();
await db.query(
  `INSERT INTO {schema}.scheduler_instances (id, hostname, pid, version, presence_key) VALUES ($1, 'bench', 1, '0', 1)`,
  [instanceId],
);
const source = createSubscriptionSource({
  db,
  instanceId: () => instanceId,
  processor: async () => ({ kind: 'ok', status: 200, durationMs: 0 }),
  schedules: createScheduleBook({ defaultTimezone: 'UTC' }),
  policy: { maxAttempts: 5, retryBaseMs: 60_000, suspendAfter: 5 },
  leaseS: 60,
  clock: systemClock,
  random: Math.random,
});
const signal = new AbortController().signal;

// The due rows are scattered, because rows that are due at the same moment are not usually adjacent in the table.
const host = new pg.Client({ connectionString: databaseUrl });
await host.connect();
const makeDue = (): Promise<unknown> =>
  host.query(
    `UPDATE subscription_processing SET next_run_at = now() - interval '1 second'
      WHERE id IN (SELECT id FROM subscription_processing
                    WHERE runnable AND next_run_at > now() + interval '1 hour' ORDER BY random() LIMIT $1)`,
    [due],
  );

type Item = Awaited<ReturnType<typeof source.claim>>['items'][number];
const execute = async (item: Item) => ({ item, outcome: await source.execute(item, { signal, runId: null }) });

/** As in the engine, from the tick until everything due has been claimed and its next run computed. Settling is measured separately. */
async function pass(): Promise<PassResult> {
  const settled: Awaited<ReturnType<typeof execute>>[] = [];
  const result = await watchLoop(async () => {
    if (((await source.nextDueInMs()) ?? 1) > 0) return 0;
    for (let more = true; more;) {
      const { items, exhausted } = await source.claim({ limit: CHUNK });
      settled.push(...(await Promise.all(items.map(execute))));
      more = !exhausted;
    }
    return settled.length;
  });
  const since = performance.now();
  await source.settle(settled);
  return { ...result, settleSeconds: (performance.now() - since) / 1_000 };
}

const passes: PassResult[] = [];
for (let n = 0; n < WARM_UP + MEASURED; n++) {
  await makeDue();
  passes.push(await pass());
}
const measured = passes.slice(WARM_UP);
answer({
  fired: Math.min(...measured.map(({ fired }) => fired)),
  seconds: median(measured.map(({ seconds }) => seconds)),
  settleSeconds: median(measured.map(({ settleSeconds = 0 }) => settleSeconds)),
  blockedMs: median(measured.map(({ blockedMs }) => blockedMs)),
} satisfies PassResult);
