// Whether a team that is past due gets a mail today. Pure.

export type DunningDecision =
  /** The number of completed steps with this mail, and whether it is the last. */
  | { readonly kind: 'send'; readonly steps: number; readonly isLast: boolean }
  | { readonly kind: 'wait'; readonly reason: string };

export interface DunningFacts {
  /** Local dates, `2026-03-08`. */
  readonly today: string;
  readonly firstOn: string;
  /** Completed steps. */
  readonly steps: number;
  readonly lastSent: Date | null;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
/** Three days by the local clock, which may be set forward in between, and the first mail may have been some minutes late. */
const SHORTEST_GAP_MS = 3 * DAY_MS - 2 * 3_600_000;

/**
 * `ladder`: days after the first occurrence, ascending. The highest step whose day has come is due: after an outage one mail is sent, not
 * one for each step. A step within 3 days of the last mail waits.
 */
export function decideDunning(ladder: readonly number[], facts: DunningFacts): DunningDecision {
  const day = Math.round((Date.parse(facts.today) - Date.parse(facts.firstOn)) / DAY_MS);
  const steps = ladder.filter((step) => step <= day).length;
  if (steps <= facts.steps) return { kind: 'wait', reason: 'no mail is due today' };
  if (facts.lastSent !== null && facts.now.getTime() - facts.lastSent.getTime() < SHORTEST_GAP_MS)
    return { kind: 'wait', reason: 'the last mail was sent less than 3 days ago' };
  return { kind: 'send', steps, isLast: steps >= ladder.length };
}
