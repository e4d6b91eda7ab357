// An adaptive concurrency limit for a receiver: a little more while it responds well, much less when it signals overload. The decision is
// pure; the shell around it is a ConcurrencyLimit.
import { createConcurrencyLimit, type ConcurrencyLimit } from './concurrency-limit.js';
import type { ReceiverHealth } from '../contracts/outcome.js';

export interface LimitState {
  /** Fractions accumulate until they add up to one. */
  readonly limit: number;
  /** Below this the limit doubles with each round of responses; above it grows by one per round. */
  readonly threshold: number;
  /** Overload signals of calls up to this ticket have already been taken into account. */
  readonly heardUpTo: number;
}

export interface LimitEvent {
  readonly health: ReceiverHealth;
  readonly ticket: number;
  /** The newest ticket given out. */
  readonly lastTicket: number;
  /** The limit was fully used: a response says nothing about a limit that was not reached. */
  readonly saturated: boolean;
}

const DECREASE = 0.75;
const MIN = 1;

/**
 * Additive increase, multiplicative decrease: an overload signal (429, 503, a time-out) reduces the limit by a quarter, once for all calls
 * that were in progress; good responses add one for each full round.
 */
export function nextLimit(
  state: LimitState,
  { health, ticket, lastTicket, saturated }: LimitEvent,
  max: number,
): LimitState {
  if (health === 'overloaded' && ticket > state.heardUpTo) {
    const limit = Math.max(MIN, Math.floor(state.limit * DECREASE));
    return { limit, threshold: limit, heardUpTo: lastTicket };
  }
  if (health !== 'healthy' || !saturated || state.limit >= max) return state;
  const step = state.limit < state.threshold ? 1 : 1 / state.limit;
  return { ...state, limit: Math.min(max, state.limit + step) };
}

/** After an outage: start with one call at once, double up to half of the earlier limit, then add one per round. */
export const restartedLimit = (state: LimitState): LimitState => ({
  limit: MIN,
  threshold: Math.max(MIN, Math.floor(state.limit / 2)),
  heardUpTo: state.heardUpTo,
});

export interface AdaptiveLimit extends ConcurrencyLimit {
  readonly max: number;
  /** Restarts from one: the receiver has just recovered. */
  restart(): void;
}

/** Starts at `initial` and stays between 1 and `max`. */
export function createAdaptiveLimit({ initial, max }: { initial: number; max: number }): AdaptiveLimit {
  const slots = createConcurrencyLimit(initial);
  let state: LimitState = { limit: initial, threshold: initial, heardUpTo: 0 };
  let lastTicket = 0;

  const become = (next: LimitState): void => {
    state = next;
    const whole = Math.floor(next.limit);
    if (whole !== slots.limit) slots.resize(whole);
  };

  return {
    max,
    get limit() {
      return slots.limit;
    },
    get inUse() {
      return slots.inUse;
    },
    tryAcquire() {
      const ticket = slots.tryAcquire();
      if (ticket !== 0) lastTicket = ticket;
      return ticket;
    },
    release(ticket, health) {
      const next = nextLimit(state, { health, ticket, lastTicket, saturated: slots.inUse >= slots.limit }, max);
      slots.release(ticket, health);
      if (next !== state) become(next);
    },
    whenFree: (waiter) => slots.whenFree(waiter),
    restart: () => become(restartedLimit(state)),
  };
}
