// Applies the misfire policy to a late occurrence of a recurring job: the job becomes the occurrence that runs, or is released to wait for
// the next one.
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { moveClaimedOccurrence } from '../../../db/queue/queries/recurring.js';
import type { JobOutcome } from '../define/job-outcome.js';
import type { QueueItem } from '../define/queue-item.js';
import type { JobJournal } from './job-journal.js';
import { cancelled, released } from './judge.js';
import { lateLine, planLate, type LatePlan } from '../recurring/late-occurrence.js';

export interface LateOccurrences {
  /** Null: it runs as it is. */
  planOf(item: QueueItem): LatePlan | null;
  /** Null: run it now. Otherwise its outcome. Never rejects. */
  apply(item: QueueItem, plan: LatePlan): Promise<JobOutcome | null>;
}

export interface LateOccurrencesDeps {
  readonly db: Database;
  readonly journal: Pick<JobJournal, 'line'>;
  readonly logger: Logger;
}

export function createLateOccurrences({ db, journal, logger }: LateOccurrencesDeps): LateOccurrences {
  const write = async (item: QueueItem, plan: LatePlan): Promise<JobOutcome | null> => {
    const { message, data } = lateLine(plan);
    if (plan.kind !== 'over') {
      const moved = await moveClaimedOccurrence(db, item, plan.at);
      if (!moved) return cancelled('the claim was lost', 0); // writing this changes nothing, and counts as lost
      item.scheduledMs = plan.at.nominalMs;
    }
    journal.line(item, 'warn', message, data);
    if (plan.kind === 'run') return null;
    return plan.kind === 'wait' ? released(0) : cancelled(message, 0);
  };

  return {
    planOf(item) {
      try {
        return planLate(item);
      } catch (error) {
        logger.warn('a late occurrence runs as it is: its schedule cannot be read', {
          ...{ job_id: item.id, type: item.type, error: toError(error) },
        });
        return null;
      }
    },
    apply: (item, plan) =>
      write(item, plan).catch((error: unknown) => {
        logger.warn('a late occurrence is released', { job_id: item.id, type: item.type, error: toError(error) });
        return released(0);
      }),
  };
}
