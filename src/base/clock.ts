// The only place where the process's clock is read, so that everything else can be given another one.

/** A source of time. The process's own clock may be wrong: what is due is decided by the database's. */
export interface Clock {
  /** The instant now. */
  now(): Date;
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  monotonicMs(): number;
}

/** The process's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
