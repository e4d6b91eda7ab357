// The process that deletes what uploads and deletions left behind, and lists that are past their time; and calls lists that were not.
import { defineProcess, type Database } from '../../scheduler/public.js';
import { findUncalled } from './db/attempts.js';
import { findLeftovers } from './db/deletion.js';
import { deleteList } from './import/delete-job.js';
import type { Listing } from './listing.js';

/** An upload stores something every 30 s at the latest. */
const SILENT_S = 600;

export interface UpkeepDeps {
  readonly db: () => Database;
  readonly listing: Pick<Listing, 'callNext'>;
  readonly keepDays: number | null;
}

export const listsUpkeep = ({ db, listing, keepDays }: UpkeepDeps) =>
  defineProcess({
    name: 'lists_upkeep',
    description:
      'Deletes broken-off uploads, deleted lists and lists past LISTS_KEEP_DAYS; calls lists whose turn was missed',
    schedule: { frequency: 'cron', cron: '* * * * *', timezone: 'UTC' },
    run: async ({ signal }) => {
      const uncalled = await findUncalled(db());
      for (const workspaceId of uncalled) await listing.callNext(workspaceId);
      const left = await findLeftovers(db(), { silentS: SILENT_S, keepDays });
      for (const id of left) await deleteList(db(), id, signal);
      return { processed_count: left.length, called_count: uncalled.length };
    },
  });
