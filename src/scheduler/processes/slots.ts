// Processes with a schedule: runs the slots that are due, each once for an exclusive process.
import { toError } from '../../base/errors.js';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import type { Database } from '../../db/database.js';
import type { ProcessGlance } from '../../db/engine/queries/instances/instances.js';
import { moveCursor, readProcesses, type ProcessRow } from '../../db/engine/queries/runs/processes.js';
import { addSkippedSlots } from '../../db/engine/queries/records/stats.js';
import type { Alarms } from './alarms.js';
import { compiledOf, planSlot, scheduleInForce, spreadOf } from './process-schedule.js';
import type { Registry } from '../runs/registry.js';
import type { Runner } from '../runs/runner.js';
import { passesByItself } from '../work/database-faults.js';

export interface Slots {
  /** The cursors as of the last heartbeat. */
  glance(processes: readonly ProcessGlance[]): void;
  /** An instance died: what it held may be available now. */
  unblock(): void;
  /** `due`: only if a slot is known to be due; `tick`: also slots that were due but not available; `all`: everything. */
  look(which: Look): Promise<void>;
}

export type Look = 'due' | 'tick' | 'all';

export interface SlotsDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly registry: Registry;
  readonly runner: Runner;
  readonly alarms: Alarms;
}

/** Shared processes run on every instance, so each instance keeps its own cursor over their slots. */
interface OwnCursor {
  readonly schedule: string;
  readonly at: Date | null;
}

const isActive = (row: ProcessRow): boolean => row.enabled && (!row.paused_until || row.paused_until <= row.now);

export function createSlots(deps: SlotsDeps): Slots {
  const { database, logger, registry, runner, alarms } = deps;
  const own = new Map<string, OwnCursor>();
  /** Due but not available, because it is running here or elsewhere. Retried at the next tick, not with each heartbeat. */
  const blocked = new Set<string>();
  /** The spread delay of each process; heartbeats only know the slots themselves. */
  const spreads = new Map<string, number>();

  function cursorOf(row: ProcessRow): Date | null {
    if (row.exclusive) return row.next_run_at;
    const schedule = JSON.stringify(scheduleInForce(row));
    const kept = own.get(row.name);
    if (kept?.schedule === schedule) return kept.at;
    own.set(row.name, { schedule, at: row.next_run_at });
    return row.next_run_at;
  }

  async function lookAt(row: ProcessRow): Promise<void> {
    const cursor = cursorOf(row);
    const compiled = compiledOf(row);
    if (!cursor || !compiled || !isActive(row)) return alarms.clear(row.name);
    const spread = spreadOf(row, cursor);
    spreads.set(row.name, spread);
    const now = new Date(row.now.getTime() - spread);
    if (cursor > now) return alarms.set(row.name, cursor.getTime() - now.getTime());
    alarms.clear(row.name);
    blocked.add(row.name);
    if (row.exclusive && runner.active().some((run) => run.process === row.name)) return;
    await take({ ...row, now }, cursor, planSlot(compiled, cursor, now));
  }

  async function take(row: ProcessRow, cursor: Date, plan: ReturnType<typeof planSlot>): Promise<void> {
    const { slot, next, skipped } = plan;
    if (!row.exclusive) own.set(row.name, { schedule: JSON.stringify(scheduleInForce(row)), at: next });
    const taken = slot ? await begin(row, cursor, slot, next) : await moveCursor(database, row.name, cursor, next);
    if (taken) blocked.delete(row.name);
    if (taken && next) alarms.set(row.name, next.getTime() - row.now.getTime());
    if (!taken || skipped === 0) return;
    logger.warn('slots skipped', { process: row.name, skipped, first: cursor, next });
    await addSkippedSlots(database, row.name, skipped, deps.now());
  }

  async function begin(row: ProcessRow, cursor: Date, slot: Date, next: Date | null): Promise<boolean> {
    const definition = registry.process(row.name);
    if (!row.exclusive) {
      await moveCursor(database, row.name, cursor, next);
      return (await runner.beginSlot({ definition, slot, move: null })) !== null;
    }
    const run = await runner.beginSlot({ definition, slot, move: { cursor, next } });
    return run !== null;
  }

  return {
    glance: (processes) => {
      const ticking = new Set(registry.ticking());
      for (const { name, active, due_in_ms } of processes) {
        if (!ticking.has(name)) continue;
        if (due_in_ms !== null && due_in_ms > 0) blocked.delete(name); // its holder has moved on
        if (active && due_in_ms !== null && !blocked.has(name)) {
          alarms.setEarlier(name, due_in_ms + (spreads.get(name) ?? 0));
        }
      }
    },
    unblock: () => {
      blocked.forEach((name) => alarms.set(name, 0));
      blocked.clear();
    },
    look: async (which) => {
      const names = registry.ticking();
      const stuck = which === 'tick' && blocked.size > 0;
      if (names.length === 0 || !(which === 'all' || stuck || names.some((name) => alarms.rings(name)))) return;
      if (which !== 'due') blocked.clear();
      names.forEach((name) => alarms.clear(name));
      for (const row of await readProcesses(database, names, deps.now())) {
        try {
          await lookAt(row);
        } catch (error) {
          const level = passesByItself(error) ? 'warn' : 'error';
          logger[level]('slot could not be begun', { process: row.name, error: toError(error) });
        }
      }
    },
  };
}
