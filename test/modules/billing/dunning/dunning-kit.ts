// Schedulers with billing and notifications, for teams that are past due.
import { createScheduler, type Scheduler } from '../../../../src/compose/create-scheduler.js';
import type { Transport } from '../../../../src/clients/mail/transport.js';
import { billing, type BillingOptions } from '../../../../src/modules/billing/index.js';
import { notifications } from '../../../../src/modules/notifications/index.js';
import type { ManualClock } from '../../../../src/scheduler/testing/index.js';
import type { TestDatabase } from '../../../support/database.js';

export const SECRET = 'a-secret-for-links-of-tests';
export const PORTAL = 'https://shop.example/billing?from=mail';

interface Given {
  readonly transport: Transport;
  readonly clock?: ManualClock;
  readonly options?: BillingOptions;
}

/** Without a clock it works by itself. */
export async function startDunning(database: TestDatabase, { transport, clock, options }: Given): Promise<Scheduler> {
  const links = { portalUrl: PORTAL, linkSecret: SECRET };
  const scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, batchCron: null, heartbeatS: 0.2, tick: '* * * * * *' },
    modules: [billing({ ...links, ...options }), notifications({ from: 'shop@shop.example', transport })],
    ...(clock === undefined ? {} : { clock }),
  });
  await scheduler.start();
  return scheduler;
}

/** What `dunning_emails` came to in one pass of the batch. */
export async function pass(scheduler: Scheduler): Promise<Record<string, unknown>> {
  const { finished } = await scheduler.batch.begin({ by: 'test', only: ['dunning_emails'] });
  const { duration_ms: _took, ...result } = (await finished).results['dunning_emails'] as Record<string, unknown>;
  return result;
}

/** A team that is past due, with admins of these addresses and one user who is none; returns its id. */
export async function addPastDue(
  { pool }: TestDatabase,
  timezone: string | null,
  admins: readonly string[],
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO teams (name, timezone, stripe_subscription_status) VALUES ('Crew', $1, 'past_due') RETURNING id::text`,
    [timezone],
  );
  const id = rows[0]?.id ?? '';
  await pool.query(
    `INSERT INTO users (team_id, email, is_admin)
     SELECT $1::bigint, email, true FROM unnest($2::text[]) email UNION ALL SELECT $1::bigint, 'member@example.com', false`,
    [id, admins],
  );
  return id;
}
