// A worker as a process of its own, for tests that kill, stop and block it. It says what it does, line by line.
import { createScheduler, defineJob } from '../../../src/index.js';
import { z } from 'zod';

const say = (event: string, fields: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const work = defineJob({
  type: 'work',
  schema: z.object({ n: z.number(), ms: z.number().default(0) }),
  retry: { tableS: [0, 1] },
  run: async (ctx, { n, ms }) => {
    say('begun', { n, attempt: ctx.attempt });
    await pause(ms);
    say('ended', { n });
    return { by: process.pid };
  },
});

const block = defineJob({
  type: 'block',
  schema: z.object({ ms: z.number() }),
  run: (_ctx, { ms }) => {
    say('blocking');
    const end = performance.now() + ms;
    while (performance.now() < end);
    return { by: process.pid };
  },
});

const poison = defineJob({
  type: 'poison',
  schema: z.object({}),
  run: () => {
    say('crashing');
    process.kill(process.pid, 'SIGKILL');
    return pause(60_000);
  },
});

const crash = defineJob({
  type: 'crash',
  schema: z.object({}),
  crashLimit: 2,
  run: () => {
    say('crashing');
    process.kill(process.pid, 'SIGKILL');
    return pause(60_000);
  },
});

const scheduler = createScheduler({
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  subscriptions: false,
  jobs: [work, block, crash, poison],
  heartbeatS: 0.5,
  leaseS: Number(process.env['LEASE_S'] ?? 60),
  queue: { concurrency: 5 },
});
await scheduler.start();
process.on('SIGTERM', () => void scheduler.stop({ graceMs: 10_000 }).then(() => process.exit(0)));
say('ready');
