// A process with the billing module that stops at a named point, so that a test can kill it there: HOLD_AT is `before_call`,
// `after_call` or `before_commit`. It says `holding` when it is there, and runs a pass as soon as it is up.
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler } from '../../../src/compose/create-scheduler.js';
import { createStripePayments } from '../../../src/clients/stripe/stripe-payments.js';
import { isSchedulerError, type StartedBatch } from '../../../src/scheduler/public.js';
import { billing, type Payments } from '../../../src/modules/billing/index.js';

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

const scheduler = createScheduler({
  databaseUrl: DATABASE_URL,
  subscriptions: false,
  modules: [billing({ payments, slackBotToken: 'xoxb-example', slackApiUrl: SLACK_API_URL ?? null, parallel: 4 })],
  batchCron: process.env['BATCH_CRON'] ?? null,
  heartbeatS: 0.2,
  budgetS: Number(process.env['BUDGET_S'] ?? 300),
});
process.once('SIGTERM', () => void scheduler.stop({ graceMs: 1_000 }).then(() => process.exit(0)));
/** A process that was killed a moment ago may still count as running. */
async function firstPass(): Promise<StartedBatch> {
  for (;;) {
    try {
      return await scheduler.batch.begin({ by: 'test' });
    } catch (error) {
      if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
      await sleep(100);
    }
  }
}

await scheduler.start();
say('up');
if (process.env['PASS'] !== 'no') {
  const { results, run } = await (await firstPass()).finished;
  say('pass', { results, early: run.stoppedEarly });
}
