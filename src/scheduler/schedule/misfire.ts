// Decides about occurrences whose time has passed: which one runs now, which are left out and counted, and which comes next.
import type { CompiledSchedule } from './compile-schedule.js';
import type { Misfire } from './schedule.js';

/** The occurrences of a gap are counted up to this number. */
export const GAP_COUNT_LIMIT = 1_000;

/** Occurrences that did not run, as one row of the ledger. Instants in epoch ms. */
export interface MisfireGap {
  /** `coalesced`: folded into the one that runs late; `skipped`: left out. */
  readonly outcome: 'skipped' | 'coalesced';
  readonly firstMs: number;
  readonly lastMs: number;
  /** At most GAP_COUNT_LIMIT. */
  readonly count: number;
  readonly countCapped: boolean;
}

type Compiled = Pick<CompiledSchedule, 'next'>;

export interface MisfireInput {
  readonly compiled: Compiled;
  readonly misfire: Misfire;
  readonly misfireGraceMs: number;
  readonly misfireCap: number;
  /** Nominal time of the occurrence that is due. */
  readonly scheduledForMs: number;
  readonly nowMs: number;
  /** When the schedule was last changed: occurrences before that do not count as missed. */
  readonly inForceSinceMs?: number | null;
}

export interface MisfirePlan {
  /** Nominal time of the occurrence to run now; null: none. */
  readonly runMs: number | null;
  /** Occurrences before it that did not run; for the receiver. At most GAP_COUNT_LIMIT. */
  readonly missedCount: number;
  readonly gaps: readonly MisfireGap[];
  /** Nominal time of the occurrence after that, which may have passed as well; null: the schedule has ended. */
  readonly nextMs: number | null;
}

/** The latest occurrence at or before `nowMs`, given that one follows `fromMs`; by bisection, 40 steps for a century. */
function latestBetween(compiled: Compiled, fromMs: number, nowMs: number): number {
  let low = fromMs;
  let high = nowMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = compiled.next(middle);
    if (found !== null && found <= nowMs) low = middle;
    else high = middle;
  }
  return compiled.next(low) as number;
}

interface Missed {
  /** The due occurrence and those after it up to `nowMs`, up to the requested number. */
  readonly times: readonly number[];
  /** True when there are more. */
  readonly more: boolean;
}

function listDue(input: MisfireInput, limit: number): Missed {
  const { scheduledForMs, nowMs, inForceSinceMs } = input;
  const times = [scheduledForMs];
  let at = input.compiled.next(Math.max(scheduledForMs, inForceSinceMs ?? scheduledForMs));
  while (at !== null && at <= nowMs && times.length < limit) {
    times.push(at);
    at = input.compiled.next(at);
  }
  return { times, more: at !== null && at <= nowMs };
}

function gapOf(
  outcome: MisfireGap['outcome'],
  firstMs: number,
  lastMs: number,
  count: number,
  more: boolean,
): MisfireGap {
  const countCapped = more || count > GAP_COUNT_LIMIT;
  return { outcome, firstMs, lastMs, count: countCapped ? GAP_COUNT_LIMIT : count, countCapped };
}

function after(input: MisfireInput, ms: number): number | null {
  return input.compiled.next(Math.max(ms, input.inForceSinceMs ?? ms));
}

/** The latest missed one runs; those before it are folded into it. */
function planOnce(input: MisfireInput): MisfirePlan {
  const { times, more } = listDue(input, GAP_COUNT_LIMIT + 1);
  const last = times.at(-1) as number;
  const run = more ? latestBetween(input.compiled, last, input.nowMs) : last;
  const nextMs = after(input, run);
  if (times.length === 1) return { runMs: run, missedCount: 0, gaps: [], nextMs };
  const before = more ? latestBetween(input.compiled, last - 1, run - 1) : (times.at(-2) as number);
  const gap = gapOf('coalesced', input.scheduledForMs, before, times.length - 1, more);
  return { runMs: run, missedCount: gap.count, gaps: [gap], nextMs };
}

/** The first one that is late by no more than the grace runs; those before it do not. */
function planSkip(input: MisfireInput): MisfirePlan {
  const { scheduledForMs, nowMs, misfireGraceMs, compiled } = input;
  const tooLate = nowMs - misfireGraceMs - 1;
  if (scheduledForMs > tooLate) {
    return { runMs: scheduledForMs, missedCount: 0, gaps: [], nextMs: after(input, scheduledForMs) };
  }
  const { times, more } = listDue({ ...input, nowMs: tooLate }, GAP_COUNT_LIMIT + 1);
  const listed = times.at(-1) as number;
  const last = more ? latestBetween(compiled, listed, tooLate) : listed;
  const gap = gapOf('skipped', scheduledForMs, last, times.length, more);
  const following = after(input, last);
  if (following === null || following > nowMs) return { runMs: null, missedCount: 0, gaps: [gap], nextMs: following };
  return { runMs: following, missedCount: gap.count, gaps: [gap], nextMs: after(input, following) };
}

/** The `cap`-th latest occurrence at or before now, and the previous one. */
function countBack(input: MisfireInput, fromMs: number): { first: number; before: number } {
  let first = input.nowMs + 1;
  for (let i = 0; i < input.misfireCap; i++) first = latestBetween(input.compiled, fromMs - 1, first - 1);
  return { first, before: latestBetween(input.compiled, fromMs - 1, first - 1) };
}

/** Each missed one runs, one after the other; if there are more than the cap, only the latest. */
function planAll(input: MisfireInput): MisfirePlan {
  const { misfireCap, scheduledForMs } = input;
  const { times, more } = listDue(input, GAP_COUNT_LIMIT + misfireCap + 1);
  const surplus = times.length - misfireCap;
  if (surplus <= 0 && !more)
    return { runMs: scheduledForMs, missedCount: 0, gaps: [], nextMs: after(input, scheduledForMs) };
  const { first, before } = more
    ? countBack(input, times[1] as number)
    : { first: times[surplus] as number, before: times[surplus - 1] as number };
  const gap = gapOf('skipped', scheduledForMs, before, surplus, more);
  return { runMs: first, missedCount: gap.count, gaps: [gap], nextMs: after(input, first) };
}

/**
 * Plans a due occurrence (`scheduledForMs` ≤ `nowMs`). `once`: the latest missed one runs late. `skip`: what is later than
 * the grace does not run. `all`: each missed one runs, the latest `misfireCap` at most. Pure.
 */
export function planMisfire(given: MisfireInput): MisfirePlan {
  // occurrences are whole milliseconds: with a fraction the bisection would never end
  const input = { ...given, nowMs: Math.floor(given.nowMs) };
  if (input.misfire === 'skip') return planSkip(input);
  return input.misfire === 'all' ? planAll(input) : planOnce(input);
}
