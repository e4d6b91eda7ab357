// Creates the lists of all workspaces, waiting for workers, and reads their progress.
import type pg from 'pg';
import { createScheduler } from '../../../src/index.js';
import { lists } from '../../../src/modules/lists/index.js';
import { ENCRYPTION_KEYS, type ListsInput } from './settings.js';

export interface Wanted {
  readonly lists: number;
  readonly workspaces: number;
}

const nameOf = (index: number): string => `workspace-${String(index + 1).padStart(2, '0')}`;

export interface Waiting {
  /** Lets the workers begin. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** Creates the lists, one workspace after the other. They wait in a paused queue, so that workers can start beforehand. */
export async function createLists(
  { databaseUrl, apiUrl }: ListsInput,
  { lists: count, workspaces }: Wanted,
): Promise<Waiting> {
  const module = lists({ membersApiUrl: apiUrl });
  const scheduler = createScheduler({
    ...{ databaseUrl, subscriptions: false, modules: [module], enabled: false },
    queue: { encryptionKeys: ENCRYPTION_KEYS, worker: false },
  });
  await scheduler.start();
  const { listing } = scheduler.module(module);
  const { admin } = scheduler.queue;
  await admin.patchQueue('lists', { paused: true });
  for (let index = 0; index < workspaces; index += 1) {
    const owner = { userId: 'u', workspaceId: nameOf(index) };
    await scheduler.workspaceKeys?.save(owner.workspaceId, 'members', 'key');
    for (let list = 0; list < count / workspaces; list += 1)
      await listing.create(owner, { name: `list ${list}`, audience: 'everyone', priority: 'normal' });
  }
  return {
    begin: async () => void (await admin.patchQueue('lists', { paused: false })),
    close: () => scheduler.stop(),
  };
}

export interface Progress {
  readonly open: number;
  /** Members stored, by workspace, in the order of their names. */
  readonly stored: readonly number[];
}

export async function readProgress(client: pg.ClientBase): Promise<Progress> {
  const { rows } = await client.query<{ open: number; stored: number }>(
    `SELECT count(*) FILTER (WHERE status IN ('queued', 'running'))::int AS open, sum(inserted)::int AS stored
     FROM punctual.batch_lists GROUP BY workspace_id ORDER BY workspace_id`,
  );
  return { open: rows.reduce((sum, { open }) => sum + open, 0), stored: rows.map(({ stored }) => stored) };
}

/** Throws if a list is not complete and exact. */
export async function checkLists(
  client: pg.ClientBase,
  { lists: count }: Wanted,
  members: number,
  distinct: number,
): Promise<void> {
  const { rows } = await client.query<{ exact: number; stored: number }>(
    `SELECT count(*) FILTER (WHERE status = 'completed' AND fetched = $1 AND inserted = $2)::int AS exact,
       (SELECT count(*)::int FROM punctual.batch_list_members) AS stored FROM punctual.batch_lists`,
    [members, distinct],
  );
  const { exact, stored } = rows[0]!;
  if (exact !== count || stored !== count * distinct) {
    throw new Error(`${exact} of ${count} lists are exact, with ${stored} members instead of ${count * distinct}`);
  }
}
