// Composes the API of subscriptions from its operations.
import type { Clock } from '../../base/clock.js';
import type { Database } from '../../db/database.js';
import type { BulkScope } from '../../db/subscriptions/change/change.js';
import { findSubscription } from '../../db/subscriptions/read/find.js';
import { readSortFacts } from '../../db/subscriptions/list/sorts.js';
import { FOREVER } from '../../db/subscriptions/read/subscription-row.js';
import { snakeKeys } from '../../base/snake-case.js';
import { auditMany } from '../../scheduler/records/audit-many.js';
import type { Actor } from '../../scheduler/contracts/scheduler.js';
import { changeMany } from './change/change-many.js';
import { createSubscription } from './change/create-subscription.js';
import { forecast } from './read/forecast.js';
import { knownZone } from './known-zone.js';
import { asInput } from './change/input-errors.js';
import { createIrregularCounter } from './read/irregular.js';
import { createLister } from './read/list.js';
import { loadLedger, loadTimeline, loadWhy } from './read/look.js';
import { possibleSorts } from './read/decide-sort.js';
import { createNarrow } from './read/narrowing-of.js';
import { createStatusReader } from './read/status-counts.js';
import type { ScheduleBook } from '../schedules/stored-schedule.js';
import { pausedUntilDetails } from './change/audit-details.js';
import type {
  BulkOptions,
  Subscription,
  SubscriptionFilter,
  SubscriptionsApi,
  UpdateSubscription,
} from './subscriptions-api.js';
import { toSubscription } from './read/to-subscription.js';
import { changeSubscription, notFound, type Change } from './change/update-subscription.js';

export interface SubscriptionsApiDeps {
  readonly database: Database;
  readonly schedules: ScheduleBook;
  readonly defaultTimezone: string;
  readonly clock: Clock;
  /** Something may be due earlier than was known: the engine checks again. */
  readonly onChanged?: () => void;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now?: () => Date | null;
  /** Who is called, as its outages are told. Default: nobody, a function of the host does the work. */
  readonly receiver?: string | null;
}

/** In the audit log, one name for one or many. */
const AUDITED = { pausing: 'subscription.pause', resuming: 'subscription.resume' } as const;

export function createSubscriptionsApi(deps: SubscriptionsApiDeps): SubscriptionsApi {
  const { database, schedules, defaultTimezone, onChanged = () => {} } = deps;
  const now = deps.now ?? (() => null);
  const status = createStatusReader({
    ...deps,
    db: database,
    now,
    irregular: createIrregularCounter({ ...deps, db: database }),
  });

  const narrow = createNarrow({ database, now });
  const look = { db: database, schedules, now, receiver: deps.receiver ?? null };

  async function get(id: string): Promise<Subscription> {
    const row = await asInput('id', () => findSubscription(database, id));
    if (row === null) throw notFound(id);
    return toSubscription(row, schedules);
  }

  async function change(id: string, wanted: Change, by?: Actor): Promise<Subscription> {
    await changeSubscription(database, id, wanted, { schedules, defaultTimezone, now }, by);
    onChanged();
    return get(id);
  }

  async function bulk(
    action: BulkScope['action'],
    filter: SubscriptionFilter,
    { until, dryRun = false, onRecorded }: BulkOptions & { until: Date | null },
    by?: Actor,
  ) {
    const scope = { narrowing: await narrow(filter), action, until };
    const record = async (actor: Actor, matched: number) => {
      const details = { filter: snakeKeys(filter), ...pausedUntilDetails(until), matched };
      const entry = await auditMany(database, { by: actor, action: AUDITED[action], details });
      onRecorded?.(entry.id);
      return entry;
    };
    const result = await changeMany(database, scope, {
      dryRun,
      now: now(),
      ...(by ? { record: (matched: number) => record(by, matched) } : {}),
    });
    if (!dryRun) onChanged();
    return result;
  }

  return {
    get,
    create: async (input, by) => {
      const id = await createSubscription(database, input, { defaultTimezone, now }, by);
      onChanged();
      return get(id);
    },
    update: (id, patch: UpdateSubscription, by) => change(id, { patch, action: 'subscription.update' }, by),
    pause: (id, until, by) =>
      change(id, { patch: { pausedUntil: until ?? FOREVER }, action: 'subscription.pause' }, by),
    resume: (id, by) =>
      change(id, { patch: { pausedUntil: null }, unsuspend: true, action: 'subscription.resume' }, by),
    pauseMany: (filter, options, by) => bulk('pausing', filter, { ...options, until: options.until ?? FOREVER }, by),
    resumeMany: (filter, options, by) => bulk('resuming', filter, { ...options, until: null }, by),
    list: createLister({ database, schedules, now, narrow }),
    sorts: async (query = {}) => possibleSorts(query, await readSortFacts(database, query.tenantId)),
    ledger: (id, query) => loadLedger(look, id, query),
    timeline: (id, query) => loadTimeline(look, id, query),
    why: (id, query) => loadWhy(look, id, query),
    forecast: async ({ timezone, ...options }) => {
      const zone = timezone === undefined ? null : knownZone(timezone);
      return forecast(database, schedules, { ...options, zone, now: now() });
    },
    status: () => status.read(),
  };
}
