// Which claims still have unsettled jobs: when the last one is settled, the row of the claim can be deleted.
import type { QueueItem } from '../define/queue-item.js';

export interface ClaimLedger {
  opened(token: string, count: number): void;
  /** Claims that would be empty without these jobs. Changes nothing. */
  spentBy(items: readonly QueueItem[]): readonly string[];
  /** Removes these jobs; returns the claims that are now empty. */
  closed(items: readonly QueueItem[]): readonly string[];
  has(token: string): boolean;
  tokens(): readonly string[];
  forget(tokens: readonly string[]): void;
}

const countByToken = (items: readonly QueueItem[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { claimToken } of items) counts.set(claimToken, (counts.get(claimToken) ?? 0) + 1);
  return counts;
};

export function createClaimLedger(): ClaimLedger {
  const left = new Map<string, number>();
  const spent = (items: readonly QueueItem[]): string[] =>
    [...countByToken(items)].filter(([token, count]) => (left.get(token) ?? 0) <= count).map(([token]) => token);
  return {
    opened: (token, count) => void left.set(token, count),
    spentBy: spent,
    closed(items) {
      const gone = spent(items);
      for (const [token, count] of countByToken(items)) left.set(token, (left.get(token) ?? 0) - count);
      for (const token of gone) left.delete(token);
      return gone;
    },
    has: (token) => left.has(token),
    tokens: () => [...left.keys()],
    forget: (tokens) => tokens.forEach((token) => left.delete(token)),
  };
}
