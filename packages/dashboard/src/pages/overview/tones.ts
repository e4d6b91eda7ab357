// The colour of each tile, by its own figure alone. Pure.

export type Tone = 'warn' | 'bad' | undefined;

const LATE_S = 60;
const VERY_LATE_S = 300;
/** From here on the health warnings name them too. */
const MANY_FAILED = 1_000;
const MANY_WAITING = 10_000;

const warnIf = (holds: boolean): Tone => (holds ? 'warn' : undefined);

export const toneOfLag = (seconds: number): Tone => (seconds > VERY_LATE_S ? 'bad' : warnIf(seconds > LATE_S));

export const toneOfFailed = (subscriptions: number): Tone => warnIf(subscriptions >= MANY_FAILED);

export const toneOfDead = (n: number): Tone => warnIf(n > 0);

export const toneOfWaiting = (jobs: number): Tone => warnIf(jobs >= MANY_WAITING);
