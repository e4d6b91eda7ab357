// A new time zone database changes the future: stored next runs are moved to where their schedules now put them, once.
import type { Db } from '../../db/database.js';
import { readMeta, writeMeta } from '../../db/engine/queries/meta.js';
import { defineProcess, type ProcessContext, type ProcessDefinition } from '../contracts/define-process.js';
import { tzVersion } from '../schedule/index.js';

export interface ZoneUpdateDeps {
  readonly db: Db;
  /** The name of the process, and under which the version that was used last is kept. */
  readonly process: string;
  readonly metaKey: string;
  readonly description: string;
  /** Of the rules in use, such as `2025c`; default the runtime's. */
  readonly version?: string;
  /** Moves every stored next run; stops when the context is closing. */
  readonly recomputeAll: (context: ProcessContext) => Promise<Record<string, number>>;
}

export interface ZoneUpdate {
  /** Exclusive; it runs when triggered. */
  readonly process: ProcessDefinition;
  /**
   * True when stored next runs were computed with older rules: then the process is to be triggered. A first start has nothing to
   * recompute and notes its version; an instance with older rules than the stored ones leaves them alone.
   */
  needed(): Promise<boolean>;
}

const BUDGET_S = 3_600;

export function createZoneUpdate(deps: ZoneUpdateDeps): ZoneUpdate {
  const { db, metaKey, version = tzVersion() } = deps;
  const needed = async (): Promise<boolean> => {
    const stored = await readMeta(db, metaKey);
    if (stored === null) await writeMeta(db, metaKey, version);
    return typeof stored === 'string' && stored < version;
  };
  return {
    needed,
    process: defineProcess({
      name: deps.process,
      description: deps.description,
      budgetS: BUDGET_S,
      run: async (context) => {
        if (!(await needed())) return { processed_count: 0 };
        const result = await deps.recomputeAll(context);
        if (!context.closing.aborted) await writeMeta(db, metaKey, version);
        return result;
      },
    }),
  };
}
