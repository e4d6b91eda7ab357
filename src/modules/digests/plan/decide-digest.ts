// Decides whether a due digest is sent, and the reason if not. Pure.
import type { CollectedDigest } from '../db/collect-digests.js';

export type DigestDecision = { readonly kind: 'send' } | { readonly kind: 'skip'; readonly reason: string };

const skip = (reason: string): DigestDecision => ({ kind: 'skip', reason });

/** Pure. `undefined`: the schedule no longer exists. */
export function decideDigest(collected: CollectedDigest | undefined): DigestDecision {
  if (collected === undefined) return skip('the schedule was deleted');
  const { has_recipient, muted, has_address, switched_off, total } = collected;
  if (!has_recipient) return skip('the recipient was deleted');
  if (muted) return skip('the recipient is muted');
  if (switched_off) return skip('the recipient has switched digests off');
  if (!has_address) return skip('the recipient has no address');
  return total === 0 ? skip('no updates') : { kind: 'send' };
}
