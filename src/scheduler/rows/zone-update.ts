// After an update of the time zone database: moves stored next runs to the times that their schedules now give, once.
import type { Db } from '../../db/database.js';
import { readMeta, writeMeta } from '../../db/engine/queries/meta.js';
import { defineProcess, type ProcessContext, type ProcessDefinition } from '../contracts/define-process.js';
import { tzVersion } from '../schedule/index.js';

export interface ZoneUpdateDeps {
  readonly db: Db;
  /** The name of the process, and the key under which the last used version is stored. */
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
   * True if stored next runs were computed with older rules: then the process must be triggered. The first start has nothing to recompute
   * and stores its version; an instance with older rules than the stored ones changes nothing.
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
