// Converts local times to instants by the schedule's daylight-saving policies: one span of constant offset at a time, by arithmetic.
import { DAY, HOUR } from '../civil.js';
import type { LocalSequence } from './local-sequence.js';
import type { DstGap, DstOverlap } from '../schedule.js';
import type { OffsetSpan, ZoneOffsets } from '../zones/zone-offsets.js';

export interface DstPolicies {
  readonly dstGap: DstGap;
  readonly dstOverlap: DstOverlap;
}

/** Real time: every instant whose local time matches, none that does not. */
export const REAL_TIME: DstPolicies = { dstGap: 'skip', dstOverlap: 'both' };

/** No offset from UTC is larger. */
const MAX_OFFSET = 16 * HOUR;
/** Past this, no local time exists that a schedule could name. */
const NO_MORE = Infinity;

/** By then no zone has rules that are specific to a year (zones/like-year.ts), and the calendar repeats itself every 400 years. */
const RULES_REPEAT = Date.UTC(2_128, 0, 1);
const CALENDAR_CYCLE = 400 * 365.2425 * DAY + 8 * DAY;

/** Instants in epoch ms. */
export interface InstantSequence {
  /** The first one at or after `from`; Infinity when there is none. */
  atOrAfter(from: number): number;
}

/** A class, for speed: a hundred thousand of these may be created at once, and queried a million times a second. */
class PlacedLocals implements InstantSequence {
  private readonly withFirst: boolean;
  private readonly withSecond: boolean;
  private readonly shifts: boolean;

  constructor(
    private readonly locals: LocalSequence,
    private readonly zone: ZoneOffsets,
    { dstGap, dstOverlap }: DstPolicies,
  ) {
    this.withFirst = dstOverlap !== 'second';
    this.withSecond = dstOverlap !== 'first';
    this.shifts = dstGap === 'shift';
  }

  atOrAfter(from: number): number {
    const { locals, zone } = this;
    let until = NO_MORE;
    for (let at = from; at < until;) {
      const span = zone.spanAt(at);
      const earliest = !this.withSecond && span.secondUntil > at ? span.secondUntil : at;
      const local = locals.atOrAfter(earliest + span.offset);
      let best = local - span.offset;
      if (best >= span.end || (!this.withFirst && best >= span.firstFrom)) best = NO_MORE;
      if (this.shifts && at < span.shiftedUntil) best = Math.min(best, this.shifted(at, span));
      if (best !== NO_MORE) return best;
      // If no candidate of a whole cycle fires, none ever will.
      if (until === NO_MORE) until = Math.max(local, RULES_REPEAT) + CALENDAR_CYCLE;
      // Local times before the overlap at the end of this span do not repeat: go straight to the candidate.
      if (at < span.firstFrom) {
        if (local === NO_MORE) return NO_MORE;
        at = Math.max(span.end, local - MAX_OFFSET - DAY);
      } else at = span.end;
    }
    return NO_MORE;
  }

  /** The first local time that the gap at the beginning of this span skipped, read with the offset before it. */
  private shifted(from: number, span: OffsetSpan): number {
    const local = this.locals.atOrAfter(from + span.previousOffset);
    return local < span.gapEnd ? local - span.previousOffset : NO_MORE;
  }
}

/**
 * RFC 5545 section 3.3.5 for `shift` and `first`: a local time inside a gap is read with the offset before it; of a local time that occurs
 * twice, the first is used. Two local times that fall on the same instant are one occurrence.
 */
export const instantSequence = (locals: LocalSequence, zone: ZoneOffsets, policies: DstPolicies): InstantSequence =>
  new PlacedLocals(locals, zone, policies);
