// Per-zone tables of offset changes, built lazily year by year and bounded, so that local times become instants by arithmetic.
import { DAY } from '../civil.js';
import { likeYearOf, type LikeYear } from './like-year.js';
import { intlZoneRules, type OffsetAt, type ZoneRulesSource } from './zone-rules.js';

/** A span of time with one offset. All instants in epoch ms; `start` is inclusive, `end` exclusive. */
export interface OffsetSpan {
  /** May be the edge of a table rather than a change. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  /** Offset before the change that began this span. */
  readonly previousOffset: number;
  /** Before this instant, local times of this span occurred once before (end of the overlap at its beginning). */
  readonly secondUntil: number;
  /** From this instant on, local times of this span will occur again (beginning of the overlap at its end). */
  readonly firstFrom: number;
  /** The local times that the gap at its beginning skipped fall before this instant, read with the offset before the gap. */
  readonly shiftedUntil: number;
  /** Local time (ms) at which the clock continued after that gap. */
  readonly gapEnd: number;
}

/** The offsets of one zone. */
export interface ZoneOffsets {
  readonly timezone: string;
  spanAt(ms: number): OffsetSpan;
}

export interface ZoneTables {
  of(timezone: string): ZoneOffsets;
}

interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** One table covers a Julian year. */
const BLOCK = 365.25 * DAY;
/** Changes this far outside a table still matter inside it: no gap or overlap is longer than a day. */
const MARGIN = 2 * DAY;
/** The two closest changes of offset on record (Brazil 2000, Gaza 2040) lie a little under seven days apart. */
const STEP = 6 * DAY;
const MAX_BLOCKS = 64;
const MAX_OPEN_RULES = 32;

function findChange(offsetAt: OffsetAt, from: number, to: number, before: number, after: number): Change {
  let low = Math.floor(from / 1_000);
  let high = Math.ceil(to / 1_000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * 1_000) === before) low = middle;
    else high = middle;
  }
  return { at: high * 1_000, before, after };
}

function changesBetween(offsetAt: OffsetAt, from: number, to: number): Change[] {
  const changes: Change[] = [];
  let at = from;
  let offset = offsetAt(at);
  while (at < to) {
    const next = Math.min(at + STEP, to);
    const nextOffset = offsetAt(next);
    if (nextOffset !== offset) changes.push(findChange(offsetAt, at, next, offset, nextOffset));
    at = next;
    offset = nextOffset;
  }
  return changes;
}

function toSpan(
  begun: Change | undefined,
  ended: Change | undefined,
  offset: number,
  start: number,
  end: number,
): OffsetSpan {
  const gained = begun ? begun.after - begun.before : 0;
  const lost = ended ? ended.before - ended.after : 0;
  return {
    start,
    end,
    offset,
    previousOffset: begun ? begun.before : offset,
    secondUntil: begun && gained < 0 ? begun.at - gained : -Infinity,
    firstFrom: ended && lost > 0 ? ended.at - lost : Infinity,
    shiftedUntil: begun && gained > 0 ? begun.at + gained : -Infinity,
    gapEnd: begun ? begun.at + begun.after : -Infinity,
  };
}

/** The spans of [start, end), whose edges take the changes just outside into account. */
function buildBlock(offsetAt: OffsetAt, start: number, end: number): OffsetSpan[] {
  const changes = changesBetween(offsetAt, start - MARGIN, end + MARGIN);
  const spans: OffsetSpan[] = [];
  for (let i = 0; i <= changes.length; i++) {
    const begun = changes[i - 1];
    const ended = changes[i];
    const from = Math.max(start, begun?.at ?? start);
    const to = Math.min(end, ended?.at ?? end);
    if (from >= to) continue;
    const offset = begun?.after ?? ended?.before ?? offsetAt(start);
    spans.push(toSpan(begun, ended, offset, from, to));
  }
  return spans;
}

/** A span of one year, moved to another year with the same calendar. */
const moved = (span: OffsetSpan, { later, start, end }: LikeYear): OffsetSpan => ({
  start: Math.max(span.start + later, start),
  end: Math.min(span.end + later, end),
  offset: span.offset,
  previousOffset: span.previousOffset,
  secondUntil: span.secondUntil + later,
  firstFrom: span.firstFrom + later,
  shiftedUntil: span.shiftedUntil + later,
  gapEnd: span.gapEnd + later,
});

function createZoneOffsets(timezone: string, rules: (timezone: string) => OffsetAt): ZoneOffsets {
  const blocks = new Map<number, readonly OffsetSpan[]>();
  let last: OffsetSpan | undefined;
  const blockOf = (index: number): readonly OffsetSpan[] => {
    let spans = blocks.get(index);
    if (!spans) {
      if (blocks.size >= MAX_BLOCKS) blocks.clear();
      spans = buildBlock(rules(timezone), index * BLOCK, (index + 1) * BLOCK);
      blocks.set(index, spans);
    }
    return spans;
  };
  const tabled = (ms: number): OffsetSpan => {
    for (const span of blockOf(Math.floor(ms / BLOCK))) if (ms < span.end) return span;
    throw new RangeError(`no offset of ${timezone} at ${ms}`);
  };
  return {
    timezone,
    spanAt(ms) {
      if (last !== undefined && ms >= last.start && ms < last.end) return last;
      const like = likeYearOf(ms);
      if (like === null) return (last = tabled(ms));
      return (last = moved(tabled(ms - like.later), like));
    },
  };
}

/** Formatters are large: only the most recent few are kept; the tables remain. */
function keepOpen(source: ZoneRulesSource): ZoneRulesSource {
  const open = new Map<string, OffsetAt>();
  return (timezone) => {
    let rules = open.get(timezone);
    if (!rules) {
      if (open.size >= MAX_OPEN_RULES) open.clear();
      open.set(timezone, (rules = source(timezone)));
    }
    return rules;
  };
}

/** Tables for any number of zones; pass another source to fake a zone's rules. */
export function createZoneTables(source: ZoneRulesSource = intlZoneRules): ZoneTables {
  const rules = keepOpen(source);
  const zones = new Map<string, ZoneOffsets>();
  return {
    of(timezone) {
      let zone = zones.get(timezone);
      if (!zone) zones.set(timezone, (zone = createZoneOffsets(timezone, rules)));
      return zone;
    },
  };
}
