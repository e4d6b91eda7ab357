// Local times to instants, by the schedule's daylight-saving policies: one span of constant offset at a time, by arithmetic.
import { DAY, HOUR } from './civil.js';
import type { LocalSequence } from './local-sequence.js';
import type { DstGap, DstOverlap } from './schedule.js';
import type { OffsetSpan, ZoneOffsets } from './zone-offsets.js';

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

/** The first instant (epoch ms) at or after `from`; Infinity when there is none. */
export type InstantAtOrAfter = (from: number) => number;

/**
 * RFC 5545 section 3.3.5 for `shift` and `first`: a local time inside a gap is read with the offset before it; of a local
 * time that comes twice the first is meant. Two local times that fall on one instant are one instant.
 */
export function instantSequence(locals: LocalSequence, zone: ZoneOffsets, policies: DstPolicies): InstantAtOrAfter {
  const withFirst = policies.dstOverlap !== 'second';
  const withSecond = policies.dstOverlap !== 'first';
  const shifts = policies.dstGap === 'shift';

  const shifted = (from: number, span: OffsetSpan): number => {
    const local = locals.atOrAfter(from + span.previousOffset);
    return local < span.gapEnd ? local - span.previousOffset : NO_MORE;
  };

  return (from) => {
    for (;;) {
      const span = zone.spanAt(from);
      const earliest = !withSecond && span.secondUntil > from ? span.secondUntil : from;
      const local = locals.atOrAfter(earliest + span.offset);
      let best = local - span.offset;
      if (best >= span.end || (!withFirst && best >= span.firstFrom)) best = NO_MORE;
      if (shifts && from < span.shiftedUntil) best = Math.min(best, shifted(from, span));
      if (best !== NO_MORE) return best;
      // Of what lies before the overlap at the end of this span, nothing can come again: go straight to the candidate.
      if (from < span.firstFrom) {
        if (local === NO_MORE) return NO_MORE;
        from = Math.max(span.end, local - MAX_OFFSET - DAY);
      } else from = span.end;
    }
  };
}
