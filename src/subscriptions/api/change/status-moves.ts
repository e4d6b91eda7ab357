// The valid transitions between the states of a subscription's processing row; every UPDATE names the state that it leaves.
import type { SubscriptionStatus } from '../subscriptions-api.js';

/**
 * `pending`: never run, or released. `failed`: waits for its retry, or after the last attempt for its next occurrence. `suspended`: too
 * many dead occurrences in a row; an operator resumes or retries it.
 */
export const STATUS_MOVES: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  pending: ['processing'],
  // back to its earlier state when its claim is released; pending or failed when its instance died
  processing: ['completed', 'failed', 'suspended', 'pending'],
  completed: ['processing'],
  failed: ['processing'],
  suspended: ['pending', 'completed', 'processing'],
};

export const mayMove = (from: SubscriptionStatus, to: SubscriptionStatus): boolean => STATUS_MOVES[from].includes(to);

/** States from which a due row is claimed; the claims' SQL says the same. */
export const CLAIMABLE_STATUSES = (Object.keys(STATUS_MOVES) as SubscriptionStatus[]).filter(
  (status) => status !== 'suspended' && mayMove(status, 'processing'),
);
