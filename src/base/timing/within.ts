// A time limit for waiting for the database: a connection that has fallen silent may never respond.
import { SchedulerError } from '../errors.js';

/** A blocked event loop runs its timers before it reads a response that arrived in time, so check once more. */
export const SECOND_LOOK_MS = 250;

/** Rejects with DATABASE_UNAVAILABLE if `promise` is not settled within `ms` and a moment; its later outcome is ignored. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(new SchedulerError('DATABASE_UNAVAILABLE', `${what}: no response within ${ms} ms`));
    timer = setTimeout(() => (timer = setTimeout(giveUp, SECOND_LOOK_MS)), ms);
  });
  promise.catch(() => {}); // it may still fail later, when its outcome no longer matters
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
