// Starts one process of a pass, if it is due by its own schedule: a scheduled process takes its slot, so that no other pass can.
import { randomUUID } from 'node:crypto';
import { isSchedulerError } from '../../base/errors.js';
import type { Database } from '../../db/database.js';
import { moveCursor, readProcesses, type ProcessRow } from '../../db/engine/queries/runs/processes.js';
import { findRunning } from '../../db/engine/queries/runs/run-history.js';
import type { BatchRequest, BatchResult } from '../contracts/batch.js';
import type { ProcessContext, ProcessDefinition } from '../contracts/define-process.js';
import { compiledOf, planSlot, spreadOf } from '../processes/process-schedule.js';
import type { ActiveRun } from '../runs/run-process.js';
import type { RunParent, Runner } from '../runs/runner.js';
import { heldBack, notDue, skipped } from './part-result.js';

export interface PartDeps {
  readonly database: Database;
  readonly now: () => Date | null;
  readonly runner: Runner;
}

export interface PartRequest extends BatchRequest {
  readonly definition: ProcessDefinition;
  readonly pass: Pick<ProcessContext, 'trigger' | 'triggeredBy'>;
  readonly parent: RunParent;
}

/** The run, or the reason why there is none. */
export type BegunPart = { readonly run: ActiveRun } | { readonly result: BatchResult };

export async function beginPart(deps: PartDeps, request: PartRequest): Promise<BegunPart> {
  const { definition, all = false, only, dryRun = false } = request;
  const missing = definition.missing?.() ?? [];
  if (missing.length > 0) return { result: skipped('not_configured', { missing }) };
  if (dryRun && !definition.dryRun) return { result: skipped('no_dry_run') };
  const [row] = await readProcesses(deps.database, [definition.name], deps.now());
  if (!row) return { result: skipped('disabled') };
  const held = heldBack(row);
  if (held) return { result: held };
  const slot = dueSlot(row);
  if (slot === 'none' || (slot !== null && dryRun)) return beginNow(deps, request);
  if (slot !== null) return takeSlot(deps, request, row, slot);
  return all || only !== undefined ? beginNow(deps, request) : { result: notDue(row.next_run_at) };
}

type Slot = ReturnType<typeof planSlot> & { readonly cursor: Date };

/** `none`: it has no schedule of its own; null: it is not due. */
function dueSlot(row: ProcessRow): Slot | 'none' | null {
  const compiled = compiledOf(row);
  if (!compiled) return 'none';
  const cursor = row.next_run_at;
  if (!cursor) return null;
  const now = new Date(row.now.getTime() - spreadOf(row, cursor));
  return cursor > now ? null : { ...planSlot(compiled, cursor, now), cursor };
}

const inputOf = ({ dryRun }: BatchRequest): unknown => (dryRun ? { dry_run: true } : undefined);

async function takeSlot(deps: PartDeps, request: PartRequest, row: ProcessRow, plan: Slot): Promise<BegunPart> {
  const { definition, parent, pass } = request;
  const { cursor, slot, next } = plan;
  if (slot === null) {
    await moveCursor(deps.database, row.name, cursor, next);
    return { result: notDue(next) };
  }
  const origin = { trigger: pass.trigger, triggeredBy: pass.triggeredBy, input: inputOf(request) };
  const run = await deps.runner.beginSlot({ definition, slot, move: { cursor, next }, origin, parent });
  if (run) return { run };
  const [running] = await findRunning(deps.database, [row.name]);
  return { result: running ? skipped('running', { run_id: running.id }) : notDue(next) };
}

async function beginNow({ runner }: PartDeps, request: PartRequest): Promise<BegunPart> {
  const { definition, pass, parent } = request;
  const { trigger, triggeredBy } = pass;
  try {
    const id = randomUUID();
    return { run: await runner.beginManual({ definition, id, trigger, triggeredBy, input: inputOf(request), parent }) };
  } catch (error) {
    if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
    return { result: skipped('running', { run_id: error.details.run_id }) };
  }
}
