// Processes for operators; their changes survive deployments.
import { SchedulerError } from '../../base/errors.js';
import type { Database, Db } from '../../db/database.js';
import { changeProcess, lockProcess, readProcesses, type ProcessRow } from '../../db/engine/queries/runs/processes.js';
import { findRunning, findRuns } from '../../db/engine/queries/runs/run-history.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import {
  assertFiresAfter,
  inputToJson,
  normalizeSchedule,
  scheduleFromJson,
  scheduleToJson,
} from '../schedule/index.js';
import { checkPatch } from '../contracts/call-options.js';
import type { Actor, Engine, ProcessPatch, ProcessStatus } from '../contracts/scheduler.js';
import { audit } from '../records/actor.js';
import { nextSlot, scheduleInForce, spreadOf } from './process-schedule.js';
import type { Registry } from '../runs/registry.js';
import { runOf } from '../records/run-view.js';

export interface ProcessesDeps {
  readonly database: Database;
  readonly registry: Registry;
  readonly now: () => Date | null;
  /** When a source will start its process, as far as this instance knows. */
  readonly sourceDueAt: (process: string) => Date | null;
  /** Something was changed: check again. */
  readonly onChanged: (name: string, active: boolean) => void;
}

export function createProcesses(deps: ProcessesDeps): Engine['processes'] {
  const { database, registry } = deps;

  async function list(): Promise<readonly ProcessStatus[]> {
    const names = registry.names();
    const [rows, running] = await Promise.all([
      readProcesses(database, names, deps.now()),
      findRunning(database, names),
    ]);
    const lastIds = rows.flatMap((row) => (row.last_run_id ? [row.last_run_id] : []));
    const lastRuns = new Map((await findRuns(database, lastIds)).map((row) => [row.id, runOf(row)]));
    return registry.definitions().flatMap((definition) => {
      const row = rows.find(({ name }) => name === definition.name);
      if (!row) return [];
      const lastRun = lastRuns.get(row.last_run_id ?? '') ?? null;
      const ids = running.filter(({ process }) => process === definition.name).map(({ id }) => id);
      return [statusOf(definition, row, { lastRun, running: ids })];
    });
  }

  function statusOf(
    definition: ProcessDefinition,
    row: ProcessRow,
    runs: Pick<ProcessStatus, 'lastRun' | 'running'>,
  ): ProcessStatus {
    const schedule = scheduleInForce(row);
    const missing = definition.missing?.() ?? [];
    const enabled = row.enabled && missing.length === 0;
    return {
      name: row.name,
      description: definition.description ?? null,
      schedule: schedule && scheduleToJson(scheduleFromJson(schedule)),
      scheduleOverridden: row.schedule !== null,
      enabled,
      pausedUntil: row.paused_until && row.paused_until > row.now ? row.paused_until : null,
      exclusive: row.exclusive,
      budgetS: row.budget_s,
      nextRunAt: enabled ? (schedule ? effectiveAt(row) : deps.sourceDueAt(row.name)) : null,
      ...runs,
      batch: definition.batch === true,
      missing,
    };
  }

  async function get(name: string): Promise<ProcessStatus> {
    registry.process(name);
    const found = (await list()).find((process) => process.name === name);
    if (found) return found;
    throw new SchedulerError('NOT_STARTED', `process "${name}" is not declared yet`, { name });
  }

  async function update(name: string, patch: ProcessPatch, by: Actor): Promise<ProcessStatus> {
    registry.process(name);
    checkPatch(patch);
    const schedule = patch.schedule ? inputToJson(patch.schedule) : patch.schedule;
    const checked = patch.schedule ? normalizeSchedule(patch.schedule) : null;
    const active = await database.transaction(async (tx) => {
      const row = await lockProcess(tx, name, deps.now());
      if (!row) throw new SchedulerError('NOT_STARTED', `process "${name}" is not declared yet`, { name });
      if (checked) assertFiresAfter(checked, row.anchor_at, row.now);
      await audit(tx, { by, action: 'process.update', target: name, details: detailsOf(patch, schedule) });
      return write(tx, row, { ...patch, schedule });
    });
    deps.onChanged(name, active);
    return get(name);
  }

  return { list, get, update, definitions: () => registry.definitions() };
}

const effectiveAt = (row: ProcessRow): Date | null =>
  row.next_run_at && new Date(row.next_run_at.getTime() + spreadOf(row, row.next_run_at));

interface StoredPatch extends Omit<ProcessPatch, 'schedule'> {
  readonly schedule: unknown;
}

/** Returns whether the process is enabled and not paused now. */
async function write(tx: Db, row: ProcessRow, patch: StoredPatch): Promise<boolean> {
  const schedule = patch.schedule === undefined ? row.schedule : patch.schedule;
  const enabled = patch.enabled ?? row.enabled;
  const pausedUntil = patch.pausedUntil === undefined ? row.paused_until : patch.pausedUntil;
  // with a new schedule, and after having been disabled, slots in the past do not count as missed
  const again = patch.schedule !== undefined || (enabled && !row.enabled);
  const nextRunAt = again ? nextSlot({ ...row, schedule }, row.now) : row.next_run_at;
  await changeProcess(tx, row.name, { enabled, pausedUntil, schedule, nextRunAt });
  return enabled && !(pausedUntil && pausedUntil > row.now);
}

const detailsOf = (patch: ProcessPatch, schedule: unknown): Record<string, unknown> => ({
  ...(patch.enabled === undefined ? {} : { enabled: patch.enabled }),
  ...(patch.pausedUntil === undefined ? {} : { paused_until: patch.pausedUntil }),
  ...(schedule === undefined ? {} : { schedule }),
});
