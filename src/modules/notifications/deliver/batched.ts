// Many callers, one statement: calls that come while a statement is under way share the next one.

/**
 * Calls `work` with what has gathered, and again as soon as it is done. Each call gets its own result; when `work` rejects, so do the
 * calls that it was made for.
 */
export function batched<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
  most = 500,
): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
  let busy = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const calls = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await work(calls.map(({ item }) => item));
        calls.forEach(({ resolve }, index) => resolve(results[index] as R));
      } catch (error) {
        calls.forEach(({ reject }) => reject(error));
      }
    }
    busy = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      // what is asked for in this turn of the loop goes together
      setImmediate(() => void run());
    });
}
