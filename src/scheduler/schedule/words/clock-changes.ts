// The effect of clock changes on a schedule in words: each change within a year that affects one of its local times.
import { DAY, firstOfMonth, formatLocal, monthIndexOf } from '../civil.js';
import type { CompiledSchedule } from '../compile-schedule.js';
import type { OffsetSpan } from '../zones/zone-offsets.js';
import { MONTHS } from './cron-days.js';
import { list } from './list.js';

const YEAR = 366 * DAY;
/** If there are more, only the first, the last and their number are given. */
const MOST_LISTED = 6;
/** A pattern that names every second has as many times in an hour. */
const MOST_COUNTED = 90_000;

export function dateInWords(day: number): string {
  const month = monthIndexOf(day);
  return `${day - firstOfMonth(month) + 1} ${MONTHS[((month % 12) + 12) % 12]} ${Math.floor(month / 12)}`;
}

export const timeOf = (local: number): string => formatLocal(local).slice(11).replace(/:00$/, '');

const dayOf = (local: number): number => Math.floor(local / DAY);

/** The local times that the schedule names in [from, until). */
function localsBetween({ locals }: CompiledSchedule, from: number, until: number): readonly number[] {
  const found: number[] = [];
  for (let at = locals.atOrAfter(from); at < until && found.length < MOST_COUNTED; at = locals.atOrAfter(at + 1)) {
    found.push(at);
  }
  return found;
}

const timesOf = (locals: readonly number[]): string =>
  locals.length <= MOST_LISTED
    ? list(locals.map(timeOf))
    : `the ${locals.length.toLocaleString('en-US')} times from ${timeOf(locals[0] as number)} to ${timeOf(locals.at(-1) as number)}`;

function gapInWords({ policies }: CompiledSchedule, locals: readonly number[], span: OffsetSpan): string {
  const one = locals.length === 1;
  const day = dayOf(locals[0] as number);
  const said = `on ${dateInWords(day)} ${timesOf(locals)} ${one ? 'does' : 'do'} not exist`;
  if (policies.dstGap === 'skip') return `${said} and ${one ? 'is' : 'are'} left out`;
  const later = span.offset - span.previousOffset;
  const moved = locals.map((local) => local + later);
  const other = dayOf(moved[0] as number) === day ? '' : ` on ${dateInWords(dayOf(moved[0] as number))}`;
  return `${said} and ${one ? 'runs' : 'run'} at ${timesOf(moved)}${other}`;
}

const OVERLAP = { first: 'the first time', second: 'the second time', both: 'both times' } as const;

function overlapInWords({ policies }: CompiledSchedule, locals: readonly number[]): string {
  const one = locals.length === 1;
  const verb = one ? 'occurs twice and runs' : 'occur twice and run';
  return `on ${dateInWords(dayOf(locals[0] as number))} ${timesOf(locals)} ${verb} ${OVERLAP[policies.dstOverlap]}`;
}

/** One sentence for each clock change after `afterMs`, within a year, that affects the schedule. */
export function clockChanges(compiled: CompiledSchedule, afterMs: number): readonly string[] {
  if (compiled.realTime) return [];
  const { zone } = compiled;
  const sentences: string[] = [];
  for (let span = zone.spanAt(afterMs); span.end < afterMs + YEAR;) {
    const next = zone.spanAt(span.end);
    const changedAt = span.end;
    if (next.offset > span.offset) {
      const gap = localsBetween(compiled, changedAt + span.offset, changedAt + next.offset);
      if (gap.length > 0) sentences.push(gapInWords(compiled, gap, { ...next, previousOffset: span.offset }));
    } else if (next.offset < span.offset) {
      const twice = localsBetween(compiled, changedAt + next.offset, changedAt + span.offset);
      if (twice.length > 0) sentences.push(overlapInWords(compiled, twice));
    }
    span = next;
  }
  return sentences;
}
