// cleanup: deletes expired rows and archives old visits. Processes a batch of each table in turn, until nothing is left or the time is
// over.
import type { Clock } from '../../../base/clock.js';
import { toError } from '../../../base/errors.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import {
  defineProcess,
  SchedulerError,
  type Database,
  type ProcessContext,
  type ProcessDefinition,
  type ProcessResult,
} from '../../../scheduler/public.js';
import { countOld, type OldRows } from '../db/old-rows.js';
import type { CleanedTable } from '../options.js';
import { createSweep, type Sweep } from './sweep.js';

export interface CleanupDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** The age limits at the time of the call. */
  readonly oldRows: () => readonly OldRows[];
  /** Missing settings or tables. */
  readonly missing: () => readonly string[];
}

const CLEANUP = 'cleanup';

export const cleanup = (deps: CleanupDeps): ProcessDefinition =>
  defineProcess({
    name: CLEANUP,
    description: 'Deletes old verification codes and expired OAuth states, and archives old page visits',
    batch: true,
    dryRun: true,
    missing: deps.missing,
    check: async (input) => void isDryRun(input),
    run: (ctx) => (isDryRun(ctx.input) ? count(deps) : clean(deps, ctx)),
  });

/** Throws INVALID_INPUT for anything but `{ dry_run: true }`, `{ dry_run: false }` and nothing. */
function isDryRun(input: unknown): boolean {
  const { dry_run: dryRun = false, ...others } = Object(input ?? {}) as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  const path = unknown ?? 'dry_run';
  const message = unknown === undefined ? 'must be true or false' : 'is not known: there is dry_run';
  if (unknown !== undefined || typeof dryRun !== 'boolean') {
    throw new SchedulerError('INVALID_INPUT', `input.${path} ${message}`, {
      errors: [{ path: `input.${path}`, message }],
    });
  }
  return dryRun;
}

const resultOf = (tables: Readonly<Partial<Record<CleanedTable, number>>>) => ({
  cleaned_count: Object.values(tables).reduce((sum, rows) => sum + rows, 0),
  tables,
});

async function count({ db, oldRows }: CleanupDeps): Promise<ProcessResult> {
  const tables: Partial<Record<CleanedTable, number>> = {};
  for (const old of oldRows()) tables[old.table] = await countOld(db, old);
  return { ...resultOf(tables), dry_run: 1 };
}

async function clean(deps: CleanupDeps, ctx: ProcessContext): Promise<ProcessResult> {
  const sweeps = deps.oldRows().map((old) => createSweep(deps, old));
  const faults: string[] = [];
  const stop = linkSignals(ctx.closing, ctx.signal);
  try {
    const early = await sweepAll(sweeps, stop.signal, ctx, (sweep, error) => {
      faults.push(`${sweep.table}: ${error.message}`);
      ctx.log.error('table could not be cleaned', { table: sweep.table, error });
    });
    if (faults.length > 0) throw new Error(faults.join('; '));
    const tables = Object.fromEntries(sweeps.map(({ table, cleaned }) => [table, cleaned]));
    return { ...resultOf(tables), stopped_early: Number(early) };
  } finally {
    stop.unlink();
  }
}

/** In turn, so that no table has to wait for another. Returns whether work was left over. */
async function sweepAll(
  sweeps: readonly Sweep[],
  signal: AbortSignal,
  ctx: ProcessContext,
  onFault: (sweep: Sweep, error: Error) => void,
): Promise<boolean> {
  const open = new Set(sweeps);
  while (open.size > 0) {
    for (const sweep of open) {
      if (signal.aborted) return true;
      try {
        const { cleaned, more } = await sweep.step(signal);
        ctx.count({ processed: cleaned, successful: cleaned });
        if (!more) open.delete(sweep);
      } catch (error) {
        open.delete(sweep);
        onFault(sweep, toError(error));
      }
    }
    const done = sweeps.reduce((sum, { cleaned }) => sum + cleaned, 0);
    ctx.progress(done, null, [...open].map(({ table }) => table).join(', '));
  }
  return false;
}
