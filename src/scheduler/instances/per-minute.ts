// A rate from a counter that is read now and then. Pure.

/** A reading of a counter that only grows. */
export interface Sample {
  readonly ms: number;
  readonly count: number;
}

const MINUTE_MS = 60_000;

/** How much the counter grew per minute since the oldest of these samples, as a whole number; 0 where no time has passed. */
export function perMinute(samples: readonly Sample[], now: Sample): number {
  const [oldest = now] = samples;
  const passedMs = now.ms - oldest.ms;
  return passedMs <= 0 ? 0 : Math.round(((now.count - oldest.count) * MINUTE_MS) / passedMs);
}
