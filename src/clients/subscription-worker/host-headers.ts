// Headers that the host creates for a call, such as an identity token. Its function may throw or never settle.
import { sleep } from '../../base/timing/sleep.js';

export type Headers = Readonly<Record<string, string>>;

class CallFault extends Error {
  constructor(
    readonly code: 'HEADERS_FAILED' | 'ERR_CANCELED',
    message: string,
  ) {
    super(message);
  }
}

/**
 * What `make` returns. Throws an Error with code HEADERS_FAILED when it throws or takes longer than `timeoutMs` (its own
 * message is not told: it may hold a secret), ERR_CANCELED when the signal aborts first.
 */
export async function hostHeaders(
  make: () => Headers | Promise<Headers>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Headers> {
  const settled = new AbortController();
  // not AbortSignal.any, which would leave an entry in the signal of the run for each call
  const settle = (): void => settled.abort();
  if (signal.aborted) settle();
  signal.addEventListener('abort', settle);
  const late = sleep(timeoutMs, settled.signal).then((): never => {
    if (signal.aborted) throw new CallFault('ERR_CANCELED', 'canceled');
    throw new CallFault('HEADERS_FAILED', `the headers of the call were not made within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([answer(make), late]);
  } finally {
    late.catch(() => {});
    signal.removeEventListener('abort', settle);
    settle();
  }
}

async function answer(make: () => Headers | Promise<Headers>): Promise<Headers> {
  try {
    return await make();
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    throw new CallFault('HEADERS_FAILED', `the headers of the call could not be made (${name})`);
  }
}
