// When the receiver was down about the times at which a subscription was late, failed or waited: by what failed in the runs of all. Pure.
import { blamesReceiver } from '../../clients/subscription-worker/classify.js';
import type { TimeSpan } from '../../db/subscriptions/read/failing-runs.js';
import { outcomeOf } from '../timeline/outcome.js';
import type { LedgerEntry } from '../api/subscription.js';
import { RECENT } from './past.js';
import { reason, type FailingRun, type Known, type WhyReason } from './known.js';
import { moment } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Looked at before an occurrence: an outage may have begun by then. */
const BEFORE_MS = HOUR;
const LONGEST_MS = 24 * HOUR;
/** Failures no further apart are one outage: while a breaker is open, a probe is sent every 30 s at the latest. */
const GAP_MS = 10 * MINUTE;
/** So many failures count even where more calls came through. */
const ENOUGH = 10;
const CODES = 3;

interface Outage {
  readonly from: Date;
  readonly to: Date;
  readonly failed: number;
  readonly calls: number;
  readonly codes: Readonly<Record<string, number>>;
}

const isTroubled = (entry: LedgerEntry, { spreadMsAt }: Pick<Known, 'spreadMsAt'>): boolean =>
  ['late', 'retried', 'dead'].includes(outcomeOf(entry, spreadMsAt(entry.scheduledFor)));

/** From the nominal time on, for a day at most. */
function span(from: Date, to: Date): TimeSpan {
  return { from, to: new Date(Math.min(to.getTime(), from.getTime() + LONGEST_MS)) };
}

type Before = Omit<Known, 'failingRuns'>;

/** The occurrences of which an outage would tell why they went as they did. */
function troubled(known: Before): TimeSpan[] {
  const { subscription, ledger, now } = known;
  const past = ledger.slice(0, RECENT).filter((entry) => isTroubled(entry, known));
  const spans = past.map(({ scheduledFor, finishedAt }) => span(scheduledFor, finishedAt));
  const { status, attempt, scheduledFor, nextRunAt } = subscription;
  const open = status === 'failed' && attempt > 0 ? scheduledFor : nextRunAt;
  if (open === null || open >= now) return spans;
  return [...spans, { from: new Date(Math.max(open.getTime(), now.getTime() - LONGEST_MS)), to: now }];
}

/** When runs are to be looked for; none when all went well. */
export const troubledTimes = (known: Before): TimeSpan[] =>
  troubled(known).map(({ from, to }) => ({ from: new Date(from.getTime() - BEFORE_MS), to }));

function ofRun({ startedAt, endedAt, calls, errors }: FailingRun): Outage | null {
  const blaming = Object.entries(errors).filter(([code]) => blamesReceiver(code));
  const failed = blaming.reduce((sum, [, count]) => sum + count, 0);
  if (failed === 0) return null;
  return { from: startedAt, to: endedAt, failed, calls: Math.max(calls, failed), codes: Object.fromEntries(blaming) };
}

function joined(one: Outage, other: Outage): Outage {
  const codes = { ...one.codes };
  for (const [code, count] of Object.entries(other.codes)) codes[code] = (codes[code] ?? 0) + count;
  return {
    from: one.from,
    to: other.to > one.to ? other.to : one.to,
    failed: one.failed + other.failed,
    calls: one.calls + other.calls,
    codes,
  };
}

function outagesOf(runs: readonly FailingRun[]): Outage[] {
  const found: Outage[] = [];
  for (const run of runs) {
    const next = ofRun(run);
    const last = found.at(-1);
    if (next === null) continue;
    if (last && next.from.getTime() - last.to.getTime() <= GAP_MS) found[found.length - 1] = joined(last, next);
    else found.push(next);
  }
  // a single failure, or few among many calls that came through, speak of those calls alone
  return found.filter(({ failed, calls }) => failed > 1 && (failed * 2 > calls || failed >= ENOUGH));
}

const minute = (at: Date): Date => new Date(Math.floor(at.getTime() / MINUTE) * MINUTE);

function inWords({ from, to, failed, calls, codes }: Outage, known: Known): WhyReason {
  const [first, last] = [moment(minute(from), known), moment(minute(to), known)];
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const names = Object.entries(codes)
    .sort(([, one], [, other]) => other - one)
    .slice(0, CODES)
    .map(([code]) => code);
  const many = `${failed.toLocaleString('en-US')} of ${calls.toLocaleString('en-US')} calls failed`;
  const text = `The receiver ${known.receiver ?? ''} failed ${when}: ${many} (${names.join(', ')}).`;
  return reason('receiver_failed', 'bad', text, { at: from });
}

/** Each outage that falls into the time of an occurrence which it explains, newest first. */
export function outages(known: Known): WhyReason[] {
  if (known.receiver === null) return [];
  const times = troubled(known);
  return outagesOf(known.failingRuns)
    .filter(({ from, to }) => times.some((time) => from <= time.to && to >= time.from))
    .reverse()
    .map((outage) => inWords(outage, known));
}
