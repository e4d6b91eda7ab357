// Randomness as a dependency, so that jitter and shuffles are repeatable in tests.

/** A number in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();
