// The outcome of the last occurrences, and of those that did not run. Pure.
import { latenessMs, ON_TIME_MS, outcomeOf } from '../timeline/outcome.js';
import type { LedgerEntry } from '../api/subscription.js';
import { reason, type Known, type WhyReason } from './known.js';
import { colon, duration, moment, occurrences } from './words.js';

/** Number of occurrences that are described individually. */
export const RECENT = 3;

const CODES: Readonly<Record<string, string>> = {
  on_time: 'ran_on_time',
  late: 'ran_late',
  retried: 'ran_after_retries',
};

const isGap = ({ outcome }: LedgerEntry): boolean => outcome === 'skipped' || outcome === 'coalesced';

function completed(entry: LedgerEntry, known: Known): WhyReason {
  const { scheduledFor: at, attempts, durationMs } = entry;
  const outcome = outcomeOf(entry, known.spreadMsAt(at));
  const late = latenessMs(entry, known.spreadMsAt(at)) ?? 0;
  const when = late > ON_TIME_MS ? `${duration(late)} late` : 'on time';
  const attempt = attempts > 1 ? `, at attempt ${attempts}: the ones before had failed` : '';
  const took = durationMs === null ? '' : `, in ${duration(durationMs)}`;
  const text = `The occurrence of ${moment(at, known)} completed ${when}${took}${attempt}.`;
  return reason(CODES[outcome] ?? outcome, outcome === 'on_time' ? 'good' : 'warn', text, { at });
}

function died(entry: LedgerEntry, known: Known): WhyReason {
  const { scheduledFor: at, attempts, error } = entry;
  const times = attempts === 1 ? 'its only attempt' : `all ${attempts} attempts`;
  const text = `The occurrence of ${moment(at, known)} is dead: it failed ${times}${colon(error)}.`;
  return reason('died', 'bad', text, { hint: 'Fix the cause, then retry the dead occurrences or run it now.', at });
}

const spanOf = ({ scheduledFor, lastScheduledFor, count }: LedgerEntry, known: Known): string => {
  const from = moment(scheduledFor, known);
  const range =
    count > 1 && lastScheduledFor !== null ? `from ${from} to ${moment(lastScheduledFor, known)}` : `of ${from}`;
  return `${count >= 1_000 ? 'at least ' : ''}${occurrences(count)} ${range}`;
};

/** An entry for a gap does not name its policy: coalesced is due to `once`, skipped to `skip` or `all`. */
function gap(entry: LedgerEntry, known: Known): WhyReason {
  const { misfire = 'once' } = known.subscription.schedule;
  const did = `${spanOf(entry, known)} did not run`;
  const text =
    entry.outcome === 'coalesced'
      ? `${did}: nothing ran then, and one late run stands for them (misfire policy once).`
      : misfire === 'all'
        ? `${did}: more were missed than misfire_cap allows (misfire policy all).`
        : `${did}: nothing ran then, and it was too late afterwards (misfire policy skip).`;
  return reason(entry.outcome, 'off', text[0]?.toUpperCase() + text.slice(1), { at: entry.scheduledFor });
}

const inWords = (entry: LedgerEntry, known: Known): WhyReason => {
  if (isGap(entry)) return gap(entry, known);
  return entry.outcome === 'dead' ? died(entry, known) : completed(entry, known);
};

/** The latest occurrences, newest first, and the latest gap if it lies before them. */
export function past(known: Known): WhyReason[] {
  const { ledger } = known;
  if (ledger.length === 0) return [reason('not_run_yet', 'off', 'It has not run yet.')];
  const recent = ledger.slice(0, RECENT);
  const older = recent.some(isGap) ? undefined : ledger.find(isGap);
  return [...recent, ...(older ? [older] : [])].map((entry) => inWords(entry, known));
}
