// The facts of a digest when its mail is created.
import { COUNTED, type CollectedDigest } from '../db/collect-digests.js';
import type { DigestFacts } from '../options.js';
import type { DigestFrequency } from '../schedule/digest-rule.js';

interface Occurrence {
  readonly scheduledFor: Date;
  readonly timezone: string;
  readonly frequency: DigestFrequency;
}

/** Pure. */
export function digestFacts(collected: CollectedDigest, occurrence: Occurrence): DigestFacts {
  const { key, recipient_id, group_id, total, updates } = collected;
  return {
    scheduleId: key,
    recipientId: recipient_id,
    groupId: group_id,
    ...occurrence,
    updates,
    more: Math.min(total, COUNTED) - updates.length,
    moreCapped: total > COUNTED,
  };
}
