// Starts runs for slots of processes and due work of sources: at ticks, by the exact timer and after each run.
import type { BeatAnswer } from '../../db/engine/queries/instances/instances.js';
import { createAlarms } from './alarms.js';
import { createDrains } from './drains.js';
import type { Run } from '../contracts/run.js';
import type { ActiveRun } from '../runs/run-process.js';
import { createSlots, type SlotsDeps } from './slots.js';
import { createTicker } from './ticker.js';

export interface Dispatcher {
  /** Ticks from now on. */
  start(): void;
  stop(): Promise<void>;
  /** What a heartbeat found: cancelled runs, cursors, active processes, the database's time. */
  onBeat(answer: BeatAnswer): void;
  /** A run ended: what is due now? */
  onEnded(active: ActiveRun, run: Run | null): void;
  /** A process was enabled, paused or given another schedule. */
  onChanged(process: string, active: boolean): void;
  /** This source may have new work. */
  wake(source: string): void;
  /** An instance joined or died: what was held may be available now. */
  onMembersChanged(): void;
  /** When a source will start this process, as far as is known. */
  sourceDueAt(process: string): Date | null;
  /** Milliseconds until the earliest thing known; null: nothing. */
  nextInMs(): number | null;
  /** For manual time: starts what is due now and waits for it; returns the runs, if any. */
  runDueOnce(): Promise<readonly Run[]>;
}

export interface DispatcherDeps extends Omit<SlotsDeps, 'alarms'> {
  readonly tick: string;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, runner, registry } = deps;
  const alarms = createAlarms(clock);
  let seen: { databaseMs: number; atMs: number } | null = null;
  let started = false;
  let collecting: Run[] | null = null;

  const databaseNow = (): Date => {
    const manual = deps.now();
    if (manual) return manual;
    return seen ? new Date(seen.databaseMs + clock.monotonicMs() - seen.atMs) : clock.now();
  };

  const slots = createSlots({ ...deps, alarms });
  const drains = createDrains({ ...deps, alarms, now: databaseNow });

  let first = true;
  async function look(tick: boolean): Promise<void> {
    await slots.look(first ? 'all' : tick ? 'tick' : 'due');
    await drains.look(tick || first);
    first = false;
  }
  const ticker = createTicker({ tick: deps.tick, logger: deps.logger, look, nextInMs: () => alarms.nextInMs() });

  /** Batch processes have no alarm: nothing would react to it. */
  const ticks = (process: string): boolean => registry.ticking().includes(process);
  const soon = (): void => {
    if (started) ticker.rearm();
  };

  return {
    start: () => {
      started = true;
      ticker.start();
    },
    stop: () => ticker.stop(),
    onBeat: ({ now_ms, cancelled, processes }) => {
      seen = { databaseMs: now_ms, atMs: clock.monotonicMs() };
      for (const { id, by } of cancelled) {
        runner
          .active()
          .find((run) => run.id === id)
          ?.cancel(by);
      }
      for (const { name, active } of processes) drains.allow(name, active);
      slots.glance(processes);
      soon();
    },
    onEnded: (active, run) => {
      if (run) collecting?.push(run);
      drains.ended(active, run);
      if (ticks(active.process)) alarms.setEarlier(active.process, 0);
      soon();
    },
    onChanged: (process, active) => {
      drains.allow(process, active);
      if (ticks(process)) alarms.set(process, 0);
      registry.sources().forEach((source) => source.process === process && drains.wake(source.source.name));
      soon();
    },
    wake: (source) => {
      drains.wake(source);
      soon();
    },
    onMembersChanged: () => {
      slots.unblock();
      registry.sources().forEach(({ source }) => drains.wake(source.name));
      soon();
    },
    sourceDueAt: (process) => {
      const wait = drains.dueInMs(process);
      return wait === null ? null : new Date(databaseNow().getTime() + Math.max(0, Math.floor(wait)));
    },
    nextInMs: () => alarms.nextInMs(),
    runDueOnce: async () => {
      const ended: Run[] = [];
      collecting = ended;
      await slots.look('all');
      await drains.look(true);
      await runner.settled();
      return ended;
    },
  };
}
