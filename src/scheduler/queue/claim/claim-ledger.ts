// Which claims still have jobs in hand: when the last one is settled, what a rescue would read of the claim can go.
import type { QueueItem } from '../define/queue-item.js';

export interface ClaimLedger {
  opened(token: string, count: number): void;
  /** Claims that would have nothing left once these are gone. Changes nothing. */
  spentBy(items: readonly QueueItem[]): readonly string[];
  /** These are gone; returns the claims that now have nothing left. */
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
