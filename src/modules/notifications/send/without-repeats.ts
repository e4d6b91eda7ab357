// Leaves out the repeats of a bulk: the same message would reach the same person twice.
import type { NotificationRow } from '../db/store-notifications.js';
import { addressKey } from '../recipients/normal-address.js';

/** Pure. Of several with one address (in any spelling), one recipient and the same data, the first. */
export function withoutRepeats(rows: readonly NotificationRow[]): readonly NotificationRow[] {
  const seen = new Set<string>();
  return rows.filter(({ delivery_method, to_address, recipient_id, template_data }) => {
    const before = seen.size;
    const address = to_address === undefined ? null : addressKey(delivery_method, to_address);
    seen.add(JSON.stringify([address, recipient_id ?? null, template_data]));
    return seen.size > before;
  });
}
