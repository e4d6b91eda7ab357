// Typed events for the host. An error in a listener is logged and affects neither the emitter nor the other listeners.
import { closestWord } from '../../base/options/closest-word.js';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { SchedulerEvents } from './scheduler.js';

type Name = keyof SchedulerEvents;
type Payload<E extends Name> = Parameters<SchedulerEvents[E]>[0];

export interface Events {
  readonly on: <E extends Name>(event: E, listener: SchedulerEvents[E]) => void;
  readonly off: <E extends Name>(event: E, listener: SchedulerEvents[E]) => void;
  readonly emit: <E extends Name>(event: E, payload: Payload<E>) => void;
}

/** What each event means, for the reference. */
export const EVENTS: Readonly<Record<Name, string>> = {
  'run.started': 'A run of a process has begun on this instance.',
  'run.progress': 'A run has reported progress; at most a few times a second.',
  'run.slow': 'A run has taken longer than `alertS` and is still going on.',
  'run.finished': 'A run has ended; its `status` says how.',
  'occurrence.completed': 'An occurrence of a subscription was processed.',
  'occurrence.dead': 'An occurrence of a subscription has failed in its last attempt.',
  'subscription.suspended': 'A subscription was suspended after `suspendAfter` dead occurrences in a row.',
  'job.dead': 'A job has failed in its last attempt, or was buried.',
  'instance.dead': 'This instance has found another one dead and released its claims.',
  'instance.lost': 'This instance has lost its presence in the database. It rejoins automatically.',
  'breaker.changed': 'A circuit breaker in front of a receiver has opened or closed.',
};

/** A listener of an event that does not exist would never be called. */
function mustExist(event: string): void {
  if (Object.hasOwn(EVENTS, event)) return;
  const meant = closestWord(event, Object.keys(EVENTS));
  const message = `is not an event${meant === null ? '' : `: did you mean ${meant}?`}`;
  throw new SchedulerError('INVALID_INPUT', `"${event}" ${message}`, { errors: [{ path: 'event', message }] });
}

export function createEvents(logger: Logger): Events {
  const listeners = new Map<Name, Set<(payload: never) => unknown>>();
  const failed = (event: Name, error: unknown): void =>
    logger.error('event listener failed', { event, error: toError(error) });

  return {
    on: (event, listener) => {
      mustExist(event);
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
    },
    off: (event, listener) => {
      listeners.get(event)?.delete(listener);
    },
    emit: (event, payload) => {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          const answer = listener(payload as never);
          if (answer instanceof Promise) answer.catch((error: unknown) => failed(event, error));
        } catch (error) {
          failed(event, error);
        }
      }
    },
  };
}
