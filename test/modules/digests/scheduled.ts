// Schedulers with digests: under a manual clock, or working by themselves.
import { createScheduler, type Scheduler } from '../../../src/index.js';
import { digests, type Digests, type DigestsOptions } from '../../../src/modules/digests/index.js';
import { notifications, type Notifier } from '../../../src/modules/notifications/index.js';
import type { Transport } from '../../../src/clients/mail/transport.js';
import {
  createManualClock,
  createManualScheduler,
  type ManualClock,
  type ManualScheduler,
} from '../../../src/scheduler/testing/index.js';
import type { ModuleDefinition } from '../../../src/scheduler/modules/index.js';
import type { TestDatabase } from '../../support/database.js';

/** Takes every mail and keeps none. */
export const acceptAll = (onMail: (subject: string) => void = () => {}): Transport => ({
  name: 'test',
  method: 'email',
  open: async () => {},
  send: async (message) => {
    onMail((message as { subject?: string }).subject ?? '');
    return { kind: 'accepted', serverTrouble: false } as never;
  },
  close: async () => {},
});

export interface DigestTest {
  readonly scheduler: Scheduler;
  readonly module: ModuleDefinition<Digests>;
  readonly notifier: Notifier;
  readonly clock: ManualClock;
  readonly manual: ManualScheduler;
  stop(): Promise<void>;
}

/** Nothing happens by itself: `manual` goes through time. */
export async function startManually(
  database: TestDatabase,
  start: Date,
  options: DigestsOptions = {},
  transport: Transport = acceptAll(),
): Promise<DigestTest> {
  const clock = createManualClock(start);
  const module = digests(options);
  const mail = notifications({ from: 'shop@example.com', transport, ratePerS: null });
  const scheduler = createScheduler({
    pool: database.pool,
    subscriptions: false,
    modules: [mail, module],
    clock,
  });
  await scheduler.start();
  const manual = createManualScheduler(scheduler, clock);
  return {
    scheduler,
    module,
    notifier: scheduler.module(mail).notifier,
    clock,
    manual,
    stop: () => scheduler.stop({ graceMs: 1_000 }),
  };
}

export interface PlannedMail {
  readonly unique_key: string;
  readonly recipient_id: string;
  readonly subject: string;
  readonly titles: readonly string[];
}

export async function plannedMails({ db }: TestDatabase): Promise<readonly PlannedMail[]> {
  const { rows } = await db.query<PlannedMail & Record<string, unknown>>(
    `SELECT unique_key, recipient_id, subject,
       (SELECT coalesce(json_agg(i ->> 'title'), '[]') FROM jsonb_array_elements(template_data -> 'items') i) AS titles
     FROM {schema}.notifications ORDER BY unique_key`,
  );
  return rows;
}

export interface LedgerLine {
  readonly scheduled_for: Date;
  readonly outcome: string;
  readonly reason: string | null;
}

export async function ledger({ db }: TestDatabase): Promise<readonly LedgerLine[]> {
  const { rows } = await db.query<LedgerLine & Record<string, unknown>>(
    `SELECT scheduled_for, outcome, reason FROM {schema}.row_runs WHERE schedule = 'digests' ORDER BY row_key, scheduled_for`,
  );
  return rows;
}
