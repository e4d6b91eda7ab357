// Processes items as they arrive, up to a limit at once.

/** Takes no further item once `work` has rejected; rejects with the first error when the others have ended. */
export async function inWindow<T>(
  items: AsyncIterable<T>,
  limit: () => number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for await (const item of items) {
    while (running.size >= limit()) await Promise.race(running);
    if (errors.length > 0) break;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}
