// How many calls at once a receiver bears, found out by trying: a little more while it responds well, much less when it says
// that it is too much. The decision is pure; the shell around it is a ConcurrencyLimit.
import { createConcurrencyLimit, type ConcurrencyLimit } from './concurrency-limit.js';
import type { ReceiverHealth } from '../contracts/outcome.js';

export interface LimitState {
  /** Fractions add up until they make one more. */
  readonly limit: number;
  /** Below this it doubles with each round of responses; above it grows by one a round. */
  readonly threshold: number;
  /** Complaints about calls that began up to this ticket have been heard already. */
  readonly heardUpTo: number;
}

export interface LimitEvent {
  readonly health: ReceiverHealth;
  readonly ticket: number;
  /** The newest ticket given out. */
  readonly lastTicket: number;
  /** The limit was in full use: a response says nothing about a limit that nobody reached. */
  readonly saturated: boolean;
}

const DECREASE = 0.75;
const MIN = 1;

/**
 * Additive increase, multiplicative decrease: a complaint (429, 503, a time-out) takes a quarter away, once for all calls
 * that were under way when it came; good responses add one for each full round of them.
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

/** After an outage: from one call at once, doubling up to half of what was borne before, then by one a round. */
export const restartedLimit = (state: LimitState): LimitState => ({
  limit: MIN,
  threshold: Math.max(MIN, Math.floor(state.limit / 2)),
  heardUpTo: state.heardUpTo,
});

export interface AdaptiveLimit extends ConcurrencyLimit {
  readonly max: number;
  /** Begins again from one: the receiver has just come back. */
  restart(): void;
}

/** Begins at `initial` and stays between 1 and `max`. */
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
