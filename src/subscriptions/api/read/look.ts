// Reads the data for the timeline of a subscription and for the explanation of its state: a few indexed reads each.
import type { Db } from '../../../db/database.js';
import { databaseNow } from '../../../db/engine/queries/server/database-now.js';
import { listLedger, type LedgerRow } from '../../../db/subscriptions/ledger/list.js';
import { listFailingRuns } from '../../../db/subscriptions/read/failing-runs.js';
import { listChanges } from '../../../db/subscriptions/read/changes.js';
import { findSubscription } from '../../../db/subscriptions/read/find.js';
import { cursorOf, heldMoment, limitOf, pageOf } from '../../../scheduler/contracts/page.js';
import type { Page, PageQuery } from '../../../scheduler/contracts/scheduler.js';
import { localDayStart } from '../../../scheduler/schedule/index.js';
import { asInput } from '../change/input-errors.js';
import type { Subscription } from '../subscriptions-api.js';
import { storedScheduleOf, toLedgerEntry, toSubscription } from './to-subscription.js';
import { notFound } from '../change/update-subscription.js';
import type { ScheduleBook } from '../../schedules/stored-schedule.js';
import { decideWhy } from '../../why/decide-why.js';
import type { Why, WhyQuery } from '../../why/known.js';
import { troubledTimes } from '../../why/outages.js';
import { changesOf } from '../../why/read-changes.js';
import { spreadMsAt, timed, type TimedLedgerEntry } from '../../timeline/outcome.js';
import { timelineOf, type Timeline, type TimelineQuery } from '../../timeline/timeline.js';

export interface LookDeps {
  readonly db: Db;
  readonly schedules: ScheduleBook;
  /** null: the database's. */
  readonly now: () => Date | null;
  /** Who is called, as its outages are told; null or left out: a function of the host. */
  readonly receiver?: string | null;
}

/** For a subscription that runs every minute, more than eight hours. */
const MOST_PAST = 500;
/** The latest few are described individually; a gap is looked for among these. */
const LEDGER_ROWS = 20;

async function found(deps: LookDeps, id: string) {
  const [row, now] = await Promise.all([
    asInput('id', () => findSubscription(deps.db, id)),
    databaseNow(deps.db, deps.now()),
  ]);
  if (row === null) throw notFound(id);
  const compiled = deps.schedules.compiled(storedScheduleOf(row));
  const subscription: Subscription = toSubscription(row, deps.schedules);
  return { subscription, compiled, now };
}

/** Throws SUBSCRIPTION_NOT_FOUND. */
export async function loadTimeline(deps: LookDeps, id: string, { pastDays, next }: TimelineQuery): Promise<Timeline> {
  const { subscription, compiled, now } = await found(deps, id);
  const fromMs = localDayStart(compiled.schedule.timezone, now.getTime(), -pastDays);
  const page = { subscriptionId: subscription.id, before: null, limit: MOST_PAST, since: new Date(fromMs) };
  const rows = await listLedger(deps.db, page);
  return timelineOf({
    ...{ subscription, compiled, fromMs, now, next },
    ledger: rows.slice(0, MOST_PAST).map(toLedgerEntry),
    truncated: rows.length > MOST_PAST,
  });
}

/** Newest first. Throws SUBSCRIPTION_NOT_FOUND. */
export async function loadLedger(deps: LookDeps, id: string, query: PageQuery = {}): Promise<Page<TimedLedgerEntry>> {
  const limit = limitOf(query);
  const before = cursorOf(query, heldMoment);
  const { subscription, compiled } = await found(deps, id);
  const rows = await listLedger(deps.db, { subscriptionId: subscription.id, before, limit });
  const entry = (row: LedgerRow): TimedLedgerEntry =>
    timed(toLedgerEntry(row), spreadMsAt(compiled, subscription.id, row.scheduled_for));
  return pageOf(rows, limit, entry, (row) => row.scheduled_for.getTime());
}

/** Throws SUBSCRIPTION_NOT_FOUND. */
export async function loadWhy(
  { receiver = null, ...deps }: LookDeps,
  id: string,
  { zone: wanted, ...surroundings }: WhyQuery,
): Promise<Why> {
  const { subscription, compiled, now } = await found(deps, id);
  const [ledger, changes] = await Promise.all([
    listLedger(deps.db, { subscriptionId: subscription.id, before: null, limit: LEDGER_ROWS }),
    listChanges(deps.db, subscription.id),
  ]);
  const zone = wanted ?? compiled.schedule.timezone;
  const known = {
    ...{ ...surroundings, subscription, now, zone, receiver },
    spreadMsAt: (at: Date) => spreadMsAt(compiled, subscription.id, at),
    ledger: ledger.map(toLedgerEntry),
    changes: changesOf(changes, subscription),
  };
  const windows = receiver === null ? [] : troubledTimes(known);
  const failingRuns = windows.length === 0 ? [] : await listFailingRuns(deps.db, windows, now);
  return { asOf: now, zone, reasons: decideWhy({ ...known, failingRuns }) };
}
