// Leaves out the repeats of a bulk: the same message would reach the same person twice.
import type { NotificationRow } from '../db/store-notifications.js';

/** Pure. Of several with one address (in any case), one recipient and the same data, the first. */
export function withoutRepeats(rows: readonly NotificationRow[]): readonly NotificationRow[] {
  const seen = new Set<string>();
  return rows.filter(({ to_address, recipient_id, template_data }) => {
    const before = seen.size;
    seen.add(JSON.stringify([to_address?.toLowerCase() ?? null, recipient_id ?? null, template_data]));
    return seen.size > before;
  });
}
