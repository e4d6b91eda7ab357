// A limit on waiting for the database: over a connection that fell silent a response may never come.
import { SchedulerError } from '../errors.js';

/** A blocked event loop reads a response that came in time only after its timers: it gets another look. */
export const SECOND_LOOK_MS = 250;

/** Rejects with DATABASE_UNAVAILABLE when `promise` is not settled within `ms` and a moment; what it does goes on unheard. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(new SchedulerError('DATABASE_UNAVAILABLE', `${what}: no response within ${ms} ms`));
    timer = setTimeout(() => (timer = setTimeout(giveUp, SECOND_LOOK_MS)), ms);
  });
  promise.catch(() => {}); // it may fail after we stopped listening
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
