// What the audit log stores of a change: the fields in the notation of the API, without the host's own data.
import { snakeKeys } from '../../../base/snake-case.js';
import { FOREVER } from '../../../db/subscriptions/read/subscription-row.js';
import type { UpdateSubscription } from '../subscriptions-api.js';

/** A pause without an end is stored as a date in the far future. */
export const pausedUntilDetails = (
  until: Date | null | undefined,
): { paused_until?: Date | null; paused?: boolean } => {
  if (until === undefined) return {};
  if (until === null) return { paused: false };
  return until.getTime() === FOREVER.getTime() ? { paused: true } : { paused_until: until };
};

export function patchDetails({
  metadata,
  pausedUntil,
  schedule,
  ...rest
}: UpdateSubscription): Record<string, unknown> {
  return {
    ...snakeKeys(rest),
    ...pausedUntilDetails(pausedUntil),
    ...(schedule === undefined ? {} : { schedule: snakeKeys(schedule) }),
    ...(metadata === undefined ? {} : { metadata: '(changed)' }),
  };
}
