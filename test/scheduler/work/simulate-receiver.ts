// A receiver that accepts a limited number of concurrent calls and refuses the rest, in steps of simulated time.
import type { ConcurrencyLimit } from '../../../src/scheduler/work/concurrency-limit.js';

export interface Simulation {
  readonly limit: ConcurrencyLimit;
  /** Calls at once that it bears at a step. */
  readonly capacity: (step: number) => number;
  readonly steps: number;
  readonly watch?: (step: number) => void;
}

export interface SimulationResult {
  readonly served: number;
  readonly refusedShare: number;
  /** Calls at once, on average. */
  readonly meanRunning: number;
}

const CALL_STEPS = 20;

/** There is always work: whatever the limit allows is begun at once. A call takes 20 steps, a refusal one. */
export function simulateReceiver({ limit, capacity, steps, watch }: Simulation): SimulationResult {
  let running: { ticket: number; endsAt: number; refused: boolean }[] = [];
  let served = 0;
  let refused = 0;
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    for (let ticket = limit.tryAcquire(); ticket !== 0; ticket = limit.tryAcquire()) {
      const busy = running.filter((call) => !call.refused).length;
      const over = busy >= capacity(step);
      running.push({ ticket, endsAt: step + (over ? 1 : CALL_STEPS), refused: over });
      if (over) refused += 1;
    }
    sum += running.length;
    const ended = running.filter(({ endsAt }) => endsAt <= step);
    running = running.filter(({ endsAt }) => endsAt > step);
    for (const call of ended) {
      if (!call.refused) served += 1;
      limit.release(call.ticket, call.refused ? 'overloaded' : 'healthy');
    }
    watch?.(step);
  }
  return { served, refusedShare: refused / (served + refused), meanRunning: sum / steps };
}
