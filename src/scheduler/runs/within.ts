// A limit on waiting for the database: over a connection that fell silent an answer may never come.
import { SchedulerError } from '../../base/errors.js';

/** Rejects with DATABASE_UNAVAILABLE when `promise` is not settled within `ms`; what it does goes on unheard. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SchedulerError('DATABASE_UNAVAILABLE', `${what}: no answer within ${ms} ms`)),
      ms,
    );
  });
  promise.catch(() => {}); // it may fail after we stopped listening
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
