// A scheduler with notifications on a database of the test's own, and what the tests ask of it.
import { randomBytes } from 'node:crypto';
import { createScheduler, type Scheduler } from '../../../src/compose/create-scheduler.js';
import { notifications, type NotificationsOptions, type Notifier } from '../../../src/modules/notifications/index.js';
import type { NotificationsState } from '../../../src/modules/notifications/module.js';
import type { TransportState } from '../../../src/modules/notifications/deliver/transports.js';
import type { AnyModule } from '../../../src/scheduler/public.js';
import type { TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

export interface NotifierKit {
  readonly scheduler: Scheduler;
  readonly notifier: Notifier;
  transports(): readonly TransportState[];
  row(id: string): Promise<NotificationState>;
  log(id: string): Promise<readonly LogLine[]>;
  /** The notification once it has one of these statuses. */
  until(id: string, ...statuses: string[]): Promise<NotificationState>;
  stop(): Promise<void>;
}

export interface NotificationState {
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly response: string | null;
  readonly response_code: number | null;
  readonly transport: string | null;
  readonly message_id: string | null;
  readonly processed_at: Date | null;
}

export interface LogLine {
  readonly attempt: number;
  readonly status: string;
  readonly transport: string | null;
  readonly response_code: number | null;
  readonly response: string | null;
  readonly error: string | null;
}

export interface KitOptions extends Partial<NotificationsOptions> {
  readonly modules?: readonly AnyModule[];
  readonly worker?: boolean;
}

const FROM = 'Shop <no-reply@shop.example>';

export async function startNotifier(
  database: TestDatabase,
  { modules = [], worker = true, ...options }: KitOptions,
): Promise<NotifierKit> {
  // retries come at once: what is tested is that they come
  const module = notifications({ from: FROM, ratePerS: null, retryTableS: [0, 0.05, 0.05], ...options });
  const scheduler = createScheduler({
    ...{ pool: database.pool, subscriptions: false, modules: [module, ...modules], heartbeatS: 0.2 },
    queue: { worker, encryptionKeys: [{ id: 'test', key: randomBytes(32) }] },
  });
  await scheduler.start();
  const query = async <R>(sql: string, id: string): Promise<R[]> =>
    (await database.db.query(sql, [id])).rows as unknown as R[];
  const row = async (id: string): Promise<NotificationState> =>
    (await query<NotificationState>('SELECT * FROM {schema}.notifications WHERE id = $1', id))[0] as NotificationState;
  return {
    scheduler,
    notifier: scheduler.module(module).notifier,
    transports: () => (scheduler.module(module) as NotificationsState).transports(),
    row,
    log: (id) => query<LogLine>('SELECT * FROM {schema}.notification_log WHERE notification_id = $1 ORDER BY id', id),
    async until(id, ...statuses) {
      await waitFor(async () => statuses.includes((await row(id)).status), {
        what: `${id} is ${statuses.join(' or ')}`,
      });
      return row(id);
    },
    stop: () => scheduler.stop({ graceMs: 2_000 }),
  };
}
