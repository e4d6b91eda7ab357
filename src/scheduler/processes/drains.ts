// Starts a run of a source's process when the source has due work, and backs off when such runs find nothing.
import type { Logger } from '../../base/logger.js';
import type { Alarms } from './alarms.js';
import type { Registry, RegisteredSource } from '../runs/registry.js';
import type { Run } from '../contracts/run.js';
import type { ActiveRun } from '../runs/run-process.js';
import type { Runner } from '../runs/runner.js';

export interface Drains {
  /** Asks every source now, or only those that are due. Rejects when the database does. */
  look(always: boolean): Promise<void>;
  /** A run ended: what is due now? */
  ended(active: ActiveRun, run: Run | null): void;
  /** Processes that were enabled and not paused at the last heartbeat. */
  allow(name: string, active: boolean): void;
  /** Ask this source again soon. */
  wake(source: string): void;
  /** Milliseconds until a source of this process has due work, as far as is known; null: unknown. */
  dueInMs(process: string): number | null;
}

export interface DrainsDeps {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly runner: Runner;
  readonly alarms: Alarms;
  /** The database's clock. */
  readonly now: () => Date;
}

/**
 * Delays after consecutive runs that found nothing to claim although work was due: others took it, or the receiver is down. The last delay
 * repeats, because the instance that takes everything may stop without notice.
 */
const FRUITLESS_MS = [50, 200, 1_000] as const;
/** Several changes in a row cause one check. */
const WAKE_MS = 20;
const FAILED_MS = { first: 5_000, most: 60_000 } as const;

interface State {
  fruitless: number;
  failed: number;
  /** Not asked again by ticks until its alarm is due. */
  resting: boolean;
}

export function createDrains(deps: DrainsDeps): Drains {
  const { registry, runner, alarms } = deps;
  const states = new Map<string, State>();
  const inactive = new Set<string>();
  const alarmOf = (source: string): string => `source:${source}`;

  const stateOf = (source: string): State => {
    const state = states.get(source) ?? { fruitless: 0, failed: 0, resting: false };
    states.set(source, state);
    return state;
  };

  const isDraining = (process: string): boolean =>
    runner.active().some((run) => run.process === process && run.trigger === 'tick');

  async function lookAt({ source, process }: RegisteredSource, always: boolean): Promise<void> {
    const state = stateOf(source.name);
    const rings = alarms.rings(alarmOf(source.name));
    if (!rings && (!always || state.resting)) return;
    alarms.clear(alarmOf(source.name));
    state.resting = false;
    if (inactive.has(process) || isDraining(process)) return;
    const dueInMs = await source.nextDueInMs();
    if (dueInMs === null) return;
    if (dueInMs > 0) {
      state.fruitless = 0;
      return alarms.set(alarmOf(source.name), dueInMs);
    }
    if (isDraining(process)) return;
    const second = Math.floor(deps.now().getTime() / 1_000) * 1_000;
    runner.beginDrain(registry.process(process), new Date(second));
  }

  function rest(source: string, run: Run | null): void {
    const state = stateOf(source);
    const failed = run?.status === 'failed';
    const fruitful = run !== null && run.status === 'completed' && (run.counts.processed > 0 || run.counts.skipped > 0);
    state.failed = failed ? state.failed + 1 : 0;
    state.fruitless = fruitful ? 0 : state.fruitless + 1;
    if (fruitful) return alarms.set(alarmOf(source), 0);
    if (failed) {
      state.resting = true;
      return alarms.set(alarmOf(source), Math.min(FAILED_MS.first * 2 ** (state.failed - 1), FAILED_MS.most));
    }
    if (run?.status === 'cancelled') return;
    alarms.set(alarmOf(source), FRUITLESS_MS[Math.min(state.fruitless, FRUITLESS_MS.length) - 1] ?? 0);
  }

  return {
    look: async (always) => {
      for (const registered of registry.sources()) await lookAt(registered, always);
    },
    ended: (active, run) => {
      for (const { source, process } of registry.sources()) {
        if (process !== active.process) continue;
        if (active.trigger === 'tick') rest(source.name, run);
        else alarms.set(alarmOf(source.name), 0);
      }
    },
    allow: (name, active) => void (active ? inactive.delete(name) : inactive.add(name)),
    dueInMs: (process) => {
      const mine = registry.sources().filter((registered) => registered.process === process);
      const waits = mine.map(({ source }) => alarms.inMs(alarmOf(source.name))).filter((wait) => wait !== null);
      return waits.length === 0 ? null : Math.min(...waits);
    },
    wake: (source) => {
      stateOf(source).resting = false;
      alarms.setEarlier(alarmOf(source), WAKE_MS);
    },
  };
}
