// Runs a scheduler through time that a test sets: no ticks, no timers, against a real database.
import { driveOf } from '../contracts/drive.js';
import type { Run } from '../contracts/run.js';
import type { Engine } from '../contracts/scheduler.js';
import type { ManualClock } from './manual-clock.js';

export interface ManualScheduler {
  readonly clock: ManualClock;
  /** Runs everything that is due at the set time, including what becomes due by that, until nothing is left; returns the runs. */
  runDue(): Promise<readonly Run[]>;
  /** Advances the clock, stopping at every moment at which something is due. */
  advance(ms: number): Promise<readonly Run[]>;
  /** The same up to an instant. Throws RangeError if it has passed. */
  advanceTo(to: Date): Promise<readonly Run[]>;
}

/** Maximum rounds of due work at one moment; beyond that, work keeps making itself due again. */
const ROUNDS = 1_000;

/** `scheduler`: one that `createScheduler` created with this clock. Throws INVALID_INPUT for anything else. */
export function createManualScheduler(scheduler: Engine, clock: ManualClock): ManualScheduler {
  const drive = driveOf(scheduler);

  async function runDue(): Promise<readonly Run[]> {
    const all: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const runs = await drive.runDueOnce();
      if (runs.length === 0) return all;
      all.push(...runs);
      if (runs.every((run) => run.status === 'failed')) return all; // it would fail again at this same moment
    }
    throw new Error(`work is still due at ${clock.now().toISOString()} after ${ROUNDS} rounds`);
  }

  async function advanceTo(to: Date): Promise<readonly Run[]> {
    if (to < clock.now()) throw new RangeError(`${to.toISOString()} has passed: it is ${clock.now().toISOString()}`);
    const all = [...(await runDue())];
    for (;;) {
      const wait = drive.nextInMs();
      if (wait === null || clock.now().getTime() + wait > to.getTime()) break;
      clock.advance(Math.max(1, Math.ceil(wait)));
      all.push(...(await runDue()));
    }
    clock.set(to);
    return [...all, ...(await runDue())];
  }

  return {
    clock,
    runDue,
    advanceTo,
    advance: (ms) => advanceTo(new Date(clock.now().getTime() + ms)),
  };
}
