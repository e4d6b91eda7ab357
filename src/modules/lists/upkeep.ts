// The process that deletes remains of uploads and deletions, and expired lists; and starts lists whose start was missed.
import { defineProcess, type Database } from '../../scheduler/public.js';
import { findUncalled } from './db/attempts.js';
import { findLeftovers } from './db/deletion.js';
import { deleteList } from './import/delete-job.js';
import type { Listing } from './listing.js';

/** An upload stores something at least every 30 s. */
const SILENT_S = 600;

export interface UpkeepDeps {
  readonly db: () => Database;
  readonly listing: Pick<Listing, 'callNext'>;
  readonly keepDays: number | null;
  /** Lists of one workspace at once. */
  readonly perKey: number;
}

export const listsUpkeep = ({ db, listing, keepDays, perKey }: UpkeepDeps) =>
  defineProcess({
    name: 'lists_upkeep',
    description:
      'Deletes incomplete uploads, deleted lists and lists older than LISTS_KEEP_DAYS; starts lists whose turn was missed',
    schedule: { frequency: 'cron', cron: '* * * * *', timezone: 'UTC' },
    run: async ({ signal }) => {
      const uncalled = await findUncalled(db(), perKey);
      for (const workspaceId of uncalled) await listing.callNext(workspaceId);
      const left = await findLeftovers(db(), { silentS: SILENT_S, keepDays });
      for (const id of left) await deleteList(db(), id, signal);
      return { processed_count: left.length, called_count: uncalled.length };
    },
  });
