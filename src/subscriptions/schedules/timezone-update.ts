// A new time zone database changes the future: stored next runs are moved to where their schedules now put them, once.
import type { Db } from '../../db/database.js';
import { readMeta, writeMeta } from '../../db/engine/queries/meta.js';
import { scheduledSubscriptionsAfter, writeRecomputed } from '../../db/subscriptions/queries/recompute.js';
import {
  defineProcess,
  type ProcessContext,
  type ProcessDefinition,
} from '../../scheduler/contracts/define-process.js';
import { tzVersion } from '../../scheduler/schedule/index.js';
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

const META_KEY = 'tz_version';
const BATCH = 1_000;
const BUDGET_S = 3_600;

export interface TimezoneUpdate {
  /** The exclusive process called `timezone-update`; it runs when triggered. */
  readonly process: ProcessDefinition;
  /**
   * True when stored next runs were computed with older rules: then the process is to be triggered. A first start has nothing to
   * recompute and notes its version; an instance with older rules than the stored ones leaves them alone.
   */
  needed(): Promise<boolean>;
}

export function createTimezoneUpdate(deps: TimezoneUpdateDeps): TimezoneUpdate {
  const version = deps.version ?? tzVersion();
  const needed = async (): Promise<boolean> => {
    const stored = await readMeta(deps.db, META_KEY);
    if (stored === null) await writeMeta(deps.db, META_KEY, version);
    return typeof stored === 'string' && stored < version;
  };
  return {
    needed,
    process: defineProcess({
      name: 'timezone-update',
      description: 'Recomputes next runs after a change of the time zone database',
      budgetS: BUDGET_S,
      run: async (context) => {
        if (!(await needed())) return { processed_count: 0 };
        const result = await recomputeAll(deps, context);
        if (!context.closing.aborted) await writeMeta(deps.db, META_KEY, version);
        return result;
      },
    }),
  };
}

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
