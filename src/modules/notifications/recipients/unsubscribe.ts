// A click on an unsubscribe link: sets the recipient's preference if the message had a recipient, otherwise adds to the suppression list.
import type { ModuleHost } from '../../../scheduler/public.js';
import { addSuppressions } from '../db/suppressions.js';
import { lockPreferences, savePreferences } from '../db/recipient-preferences.js';
import { notificationError } from '../errors.js';
import { readUnsubscribeToken, type UnsubscribeClaim } from '../unsubscribe-token.js';
import { changePreferences, switchOff } from './change-preferences.js';
import { addressKey } from './normal-address.js';

export interface Unsubscribing {
  /** The content of a token. Throws UNSUBSCRIBE_LINK_INVALID. */
  read(token: string): UnsubscribeClaim;
  /** May be repeated. Throws UNSUBSCRIBE_LINK_INVALID. */
  unsubscribe(token: string): Promise<UnsubscribeClaim>;
}

export function createUnsubscribing({ db, secrets }: Pick<ModuleHost, 'db' | 'secrets'>): Unsubscribing {
  const read = (token: string): UnsubscribeClaim => {
    const claim = readUnsubscribeToken(secrets, token);
    if (claim !== null) return claim;
    throw notificationError('UNSUBSCRIBE_LINK_INVALID', 'this link is not valid: use the one in the latest message');
  };
  return {
    read,
    async unsubscribe(token) {
      const claim = read(token);
      const { method, address, category, recipientId } = claim;
      await db.transaction(async (tx) => {
        const recipient = recipientId === null ? undefined : await lockPreferences(tx, recipientId);
        if (recipient !== undefined)
          return savePreferences(tx, changePreferences(recipient, switchOff(category, method)));
        await addSuppressions(tx, [
          {
            ...{
              delivery_method: method,
              address: addressKey(method, address),
              category,
              reason: 'unsubscribe' as const,
            },
            ...{ detail: null, source: 'link', notification_id: null },
          },
        ]);
      });
      return claim;
    },
  };
}
