// Settles batches, and determines the result of a settlement whose response was lost: it may have been committed.
import type { Db } from '../../db/database.js';
import { settleSubscriptions, type SettledOccurrence } from '../../db/subscriptions/settle/settle.js';
import { findSettled } from '../../db/subscriptions/settle/find-settled.js';
import type { Settlement } from '../../scheduler/contracts/source.js';
import { mayHaveTakenEffect } from '../../scheduler/work/database-faults.js';
import type { ClaimedSubscription, SubscriptionOutcome } from './claimed-subscription.js';

type Batch = readonly Settlement<ClaimedSubscription, SubscriptionOutcome>[];

export interface BatchSettler {
  /** Indexes of those that were lost. The same batch may be written again after a failure. */
  write(batch: Batch, now: Date | null): Promise<readonly number[]>;
}

const settledOf = (batch: Batch): SettledOccurrence[] =>
  batch.map(({ outcome }) => outcome.settled as SettledOccurrence);

export function createBatchSettler(db: Db): BatchSettler {
  const inDoubt = new WeakSet<object>();

  async function attempt(batch: Batch, now: Date | null): Promise<readonly number[]> {
    try {
      return await settleSubscriptions(db, settledOf(batch), now);
    } catch (error) {
      // applies to any part of the batch that was sent before
      if (mayHaveTakenEffect(error)) batch.forEach((one) => inDoubt.add(one));
      throw error;
    }
  }

  /** A row that was deleted and restored at that moment is only found by a second query. */
  async function again(batch: Batch, lost: readonly number[], now: Date | null): Promise<readonly number[]> {
    const part = lost.map((index) => batch[index] as Batch[number]);
    const still = await attempt(part, now);
    return still.map((index) => lost[index] as number);
  }

  return {
    write: async (batch, now) => {
      let lost = await attempt(batch, now);
      if (lost.length > 0) lost = await again(batch, lost, now);
      const doubtful = lost.filter((index) => inDoubt.has(batch[index] as object));
      if (doubtful.length === 0) return lost;
      const stands = await findSettled(db, settledOf(doubtful.map((index) => batch[index] as Batch[number])));
      const found = new Set(stands.map((position) => doubtful[position]));
      return lost.filter((index) => !found.has(index));
    },
  };
}
