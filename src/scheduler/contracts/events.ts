// Typed events for the host. A listener that throws is logged and harms neither the emitter nor the other listeners.
import { toError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { SchedulerEvents } from './scheduler.js';

type Name = keyof SchedulerEvents;
type Payload<E extends Name> = Parameters<SchedulerEvents[E]>[0];

export interface Events {
  readonly on: <E extends Name>(event: E, listener: SchedulerEvents[E]) => void;
  readonly off: <E extends Name>(event: E, listener: SchedulerEvents[E]) => void;
  readonly emit: <E extends Name>(event: E, payload: Payload<E>) => void;
}

export function createEvents(logger: Logger): Events {
  const listeners = new Map<Name, Set<(payload: never) => unknown>>();
  const failed = (event: Name, error: unknown): void =>
    logger.error('event listener failed', { event, error: toError(error) });

  return {
    on: (event, listener) => {
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
