// delete_list: deletes a list and its rows in batches, with pauses for other work.
import { z } from 'zod';
import { sleep } from '../../../base/timing/sleep.js';
import { defineJob, type Db } from '../../../scheduler/public.js';
import { DELETE_LIST } from '../names.js';
import { deleteListRow, deleteRows } from '../db/deletion.js';

const PAUSE_MS = 20;

export async function deleteList(db: Db, listId: string, signal?: AbortSignal): Promise<void> {
  while ((await deleteRows(db, listId)) > 0) {
    await sleep(PAUSE_MS, signal);
    signal?.throwIfAborted();
  }
  await deleteListRow(db, listId);
}

export const deleteJob = (db: Db) =>
  defineJob({
    type: DELETE_LIST,
    description: 'Deletes a batch list and its members',
    queue: 'lists',
    schema: z.strictObject({ list_id: z.guid() }),
    concurrency: 2,
    timeoutMs: 3_600_000,
    retry: { maxAttempts: 20, tableS: [0, 1, 5, 30, 60] },
    crashLimit: 20,
    uniqueBy: ({ list_id }) => `delete_list:${list_id}`,
    run: (ctx, { list_id }) => deleteList(db, list_id, ctx.signal),
  });
