// The process that deletes what uploads and deletions left behind, and lists that are past their time.
import { defineProcess, type Database } from '../../scheduler/public.js';
import { findLeftovers } from './db/deletion.js';
import { deleteList } from './import/delete-job.js';

/** An upload stores something every 30 s at the latest. */
const SILENT_S = 600;

export const listsUpkeep = (db: () => Database, keepDays: number | null) =>
  defineProcess({
    name: 'lists_upkeep',
    description: 'Deletes broken-off uploads, deleted lists and lists past LISTS_KEEP_DAYS',
    schedule: { frequency: 'cron', cron: '*/5 * * * *', timezone: 'UTC' },
    run: async ({ signal }) => {
      const left = await findLeftovers(db(), { silentS: SILENT_S, keepDays });
      for (const id of left) await deleteList(db(), id, signal);
      return { processed_count: left.length };
    },
  });
