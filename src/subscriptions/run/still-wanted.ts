// Claims that have waited are checked again before they start: a subscription that was paused, deactivated or deleted in the meantime is
// not called. Claims that start at the same moment share one query.
import type { Db } from '../../db/database.js';
import { wantedClaims } from '../../db/subscriptions/claim/wanted-claims.js';
import type { ClaimedSubscription } from './claimed-subscription.js';

export interface StillWanted {
  /** Resolves with false if the claim must be released. If the query fails, the claim remains valid. */
  ask(item: Pick<ClaimedSubscription, 'id' | 'claimToken'>): Promise<boolean>;
}

type Asked = Pick<ClaimedSubscription, 'id' | 'claimToken'>;

export function createStillWanted(db: Db): StillWanted {
  let waiting: Asked[] = [];
  let look: Promise<ReadonlySet<string>> | null = null;

  const lookTogether = async (): Promise<ReadonlySet<string>> => {
    await new Promise(setImmediate);
    const asked = waiting;
    waiting = [];
    look = null;
    try {
      return new Set(await wantedClaims(db, asked));
    } catch {
      return new Set(asked.map(({ claimToken }) => claimToken));
    }
  };

  return {
    ask: async (item) => {
      waiting.push(item);
      look ??= lookTogether();
      return (await look).has(item.claimToken);
    },
  };
}
