// One pass of ours over many subscriptions: find and claim what is due, plan it, do nothing for each, compute the next run.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { systemClock } from '../../src/base/clock.js';
import { createDatabase } from '../../src/db/database.js';
import { createScheduleBook, createSubscriptionSource } from '../../src/subscriptions/index.js';
import { median } from '../support/bench.js';
import { answer, contestInput } from '../support/contest.js';
import { migrated } from '../support/database.js';
import { seedSubscriptions } from '../support/subscriptions.js';
import { watchLoop, type PassResult } from './watch-loop.js';

const { databaseUrl, count: due, warmUp: all } = contestInput();
await migrated(databaseUrl);
await seedSubscriptions(databaseUrl, { due, later: all - due });
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
const WARM_UP = 3;
const MEASURED = 5;

/** What pg-boss's pass does: finds what is due, takes it, and knows when each runs next. Settling it comes after, apart. */
async function pass(): Promise<PassResult> {
  let settle = async (): Promise<unknown> => null;
  const result = await watchLoop(async () => {
    const { items } = await source.claim({ limit: 2 * due });
    const settled = await Promise.all(
      items.map(async (item) => ({ item, outcome: await source.execute(item, { signal, runId: null }) })),
    );
    settle = () => source.settle(settled);
    return items.length;
  });
  const since = performance.now();
  await settle();
  return { ...result, settleSeconds: (performance.now() - since) / 1_000 };
}

const passes: PassResult[] = [];
for (let n = 0; n < WARM_UP + MEASURED; n++) {
  if (n > 0) await seedSubscriptions(databaseUrl, { due });
  passes.push(await pass());
}
const measured = passes.slice(WARM_UP);
answer({
  fired: Math.min(...measured.map(({ fired }) => fired)),
  seconds: median(measured.map(({ seconds }) => seconds)),
  settleSeconds: median(measured.map(({ settleSeconds = 0 }) => settleSeconds)),
  blockedMs: median(measured.map(({ blockedMs }) => blockedMs)),
} satisfies PassResult);
