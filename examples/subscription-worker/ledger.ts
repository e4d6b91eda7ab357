// What the worker remembers: which keys it has done, so that a repeat changes nothing and is seen.

export interface Stats {
  /** Calls to /process that had what they need. */
  readonly received: number;
  /** Distinct keys done. */
  readonly processed: number;
  /** Calls whose key was done before: answered again, not done again. */
  readonly repeated: number;
  /** Calls whose key was in progress at that moment: two senders at once. */
  readonly concurrent: number;
  /** Calls answered with an error, by status (`hang`: never answered). */
  readonly refused: Readonly<Record<string, number>>;
  readonly in_flight: number;
  readonly max_in_flight: number;
}

export interface Ledger {
  /** `new`: go on and call `done` or `refused`; `repeat`: done before; `concurrent`: another call is processing it. */
  begin(key: string): { readonly kind: 'new' | 'repeat' | 'concurrent'; readonly attempt: number };
  done(key: string): void;
  refused(key: string, as: string): void;
  stats(): Stats;
}

/** Remembers the latest `capacity` keys. */
export function createLedger(capacity = 1_000_000): Ledger {
  const finished = new Set<string>();
  const running = new Set<string>();
  const attempts = new Map<string, number>();
  const counts = { received: 0, processed: 0, repeated: 0, concurrent: 0, max_in_flight: 0 };
  const refusals: Record<string, number> = {};

  const begin: Ledger['begin'] = (key) => {
    counts.received += 1;
    const attempt = (attempts.get(key) ?? 0) + 1;
    if (finished.has(key)) {
      counts.repeated += 1;
      return { kind: 'repeat', attempt };
    }
    if (running.has(key)) {
      counts.concurrent += 1;
      return { kind: 'concurrent', attempt };
    }
    attempts.set(key, attempt);
    running.add(key);
    counts.max_in_flight = Math.max(counts.max_in_flight, running.size);
    return { kind: 'new', attempt };
  };
  const done: Ledger['done'] = (key) => {
    running.delete(key);
    attempts.delete(key);
    finished.add(key);
    counts.processed += 1;
    if (finished.size > capacity) finished.delete(finished.values().next().value as string);
  };
  const refused: Ledger['refused'] = (key, as) => {
    running.delete(key);
    refusals[as] = (refusals[as] ?? 0) + 1;
  };
  const stats = (): Stats => ({ ...counts, refused: { ...refusals }, in_flight: running.size });
  return { begin, done, refused, stats };
}
