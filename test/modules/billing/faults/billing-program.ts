// A process with the billing module that runs a pass as soon as it is up (unless PASS is `no`), and another one for each SIGUSR2.
// HOLD_AT (`before_call`, `after_call`) stops it there, so that a test can kill it: it says `holding`. STUBBORN adds a batch process
// that never ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler } from '../../../../src/compose/create-scheduler.js';
import { createStripePayments } from '../../../../src/clients/stripe/stripe-payments.js';
import { defineModule, defineProcess, isSchedulerError, type StartedBatch } from '../../../../src/scheduler/public.js';
import { billing, type Payments } from '../../../../src/modules/billing/index.js';

const { DATABASE_URL = '', STRIPE_API_BASE = '', STRIPE_SECRET_KEY = '', SLACK_API_URL, HOLD_AT } = process.env;

const say = (message: string, more: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ message, ...more })}\n`);
const hold = (): Promise<never> => {
  say('holding', { at: HOLD_AT });
  return new Promise(() => {});
};

const stripe = createStripePayments({ secretKey: STRIPE_SECRET_KEY, baseUrl: STRIPE_API_BASE, timeoutMs: 1_000 });
const payments: Payments = {
  ...stripe,
  charge: async (request) => {
    if (HOLD_AT === 'before_call') return hold();
    const answer = await stripe.charge(request);
    return HOLD_AT === 'after_call' ? hold() : answer;
  },
};

const stubborn = defineModule({
  name: 'stubborn',
  processes: [defineProcess({ name: 'stubborn', batch: true, run: () => new Promise(() => {}) })],
});

const scheduler = createScheduler({
  databaseUrl: DATABASE_URL,
  subscriptions: false,
  modules: [
    billing({ payments, slackBotToken: 'xoxb-example', slackApiUrl: SLACK_API_URL ?? null, parallel: 4 }),
    ...(process.env['STUBBORN'] ? [stubborn] : []),
  ],
  batchCron: process.env['BATCH_CRON'] ?? null,
  heartbeatS: 0.2,
  budgetS: Number(process.env['BUDGET_S'] ?? 300),
});
process.once('SIGTERM', () => void scheduler.stop({ graceMs: 1_000 }).then(() => process.exit(0)));
/** Another instance may be at a pass of its own, or may have been killed a moment ago and still count as running. */
async function begin(): Promise<StartedBatch> {
  for (;;) {
    try {
      return await scheduler.batch.begin({ by: 'test' });
    } catch (error) {
      if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
      await sleep(100);
    }
  }
}

let passes = 0;
async function pass(): Promise<void> {
  const { results, run } = await (await begin()).finished;
  say('pass', { n: (passes += 1), results, early: run.stoppedEarly });
}

await scheduler.start();
process.on('SIGUSR2', () => void pass());
say('up');
if (process.env['PASS'] !== 'no') await pass();
