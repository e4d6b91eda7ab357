// Randomness as a dependency, so that jitter and shuffles can be repeated in a test.

/** A number in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();
