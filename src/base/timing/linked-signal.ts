// A signal that follows others and lets go of them: AbortSignal.any keeps an entry in each long-lived source.
import { setMaxListeners } from 'node:events';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Follows nobody any more. */
  unlink(): void;
}

/** Aborts when any of `sources` does, or by itself. */
export function linkSignals(...sources: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal, ...sources); // one for each call under way is no leak
  const followers = sources.map((source) => {
    const follow = (): void => controller.abort(source.reason);
    if (source.aborted) follow();
    else source.addEventListener('abort', follow, { once: true });
    return () => source.removeEventListener('abort', follow);
  });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    unlink: () => followers.forEach((unfollow) => unfollow()),
  };
}

/** Resolves when the signal aborts. */
export const abortOf = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
