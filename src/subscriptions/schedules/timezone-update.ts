// After an update of the time zone database: moves stored next runs to the times that their schedules now give, once.
import type { Db } from '../../db/database.js';
import { scheduledSubscriptionsAfter, writeRecomputed } from '../../db/subscriptions/change/recompute.js';
import type { ProcessContext } from '../../scheduler/contracts/define-process.js';
import { createZoneUpdate, type ZoneUpdate } from '../../scheduler/rows/index.js';
import { replanForZoneRules } from './replan.js';
import type { ScheduleBook } from './stored-schedule.js';

export interface TimezoneUpdateDeps {
  readonly db: Db;
  readonly schedules: ScheduleBook;
  /** Of the rules in use, such as `2025c`; default the runtime's. */
  readonly version?: string;
  /** Only for tests with a clock of their own; null is the database's. */
  readonly now?: () => Date | null;
}

const BATCH = 1_000;

/** The exclusive process called `timezone-update`; it runs when triggered. */
export const createTimezoneUpdate = (deps: TimezoneUpdateDeps): ZoneUpdate =>
  createZoneUpdate({
    db: deps.db,
    process: 'timezone-update',
    metaKey: 'tz_version',
    description: 'Recomputes next runs after a change of the time zone database',
    ...(deps.version === undefined ? {} : { version: deps.version }),
    recomputeAll: (context) => recomputeAll(deps, context),
  });

async function recomputeAll(
  { db, schedules, now = () => null }: TimezoneUpdateDeps,
  context: ProcessContext,
): Promise<Record<string, number>> {
  let [looked, moved] = [0, 0];
  for (let afterId: string | null = null; !context.closing.aborted;) {
    const rows = await scheduledSubscriptionsAfter(db, { now: now(), limit: BATCH, afterId });
    const replanned = rows.flatMap((row) => replanForZoneRules(row, schedules.compiled(row)) ?? []);
    moved += await writeRecomputed(db, replanned, now());
    looked += rows.length;
    context.progress(looked, null, `${moved} moved`);
    if (rows.length < BATCH) break;
    afterId = rows.at(-1)?.subscriptionId ?? null;
  }
  return { processed_count: looked, moved };
}
