// Operations on lists: create, read, cancel, resume and delete. Each change and its job are one transaction.
import type { Actor, Database, Db, EnqueueOptions, ModuleHost } from '../../scheduler/public.js';
import type { Clock } from '../../base/clock.js';
import { countAhead, nextInLine } from './db/attempts.js';
import {
  findOwnList,
  insertList,
  listOwnLists,
  moveOwnList,
  setJob,
  type ListPriority,
  type ListQuery,
  type BatchList,
  type NewList,
  type Owner,
} from './db/lists.js';
import { listMembers, listRejects, type ListMember, type MemberPage, type ListReject } from './db/members.js';
import { searchMembers, type FoundMembers } from './db/search-members.js';
import { listError } from './errors.js';
import { DELETE_LIST, IMPORT_LIST, LOOK_AGAIN_MS, MEMBERS_PROVIDER } from './names.js';

const DONE = { queued: 'resumed', cancelled: 'cancelled', deleting: 'deleted' } as const;

const UPLOAD_AGAIN =
  'the list came from a file, of which nothing is kept that could be resumed: upload the file again with ' +
  'POST /api/batch-lists/csv, and delete this list if it is no longer needed';

export interface ListRequest {
  readonly name: string;
  readonly audience: string;
  readonly priority: ListPriority;
  readonly idempotencyKey?: string;
}

export interface Listing {
  /** An import from the members API. Throws KEY_MISSING, IDEMPOTENCY_MISMATCH. */
  create(owner: Owner, request: ListRequest): Promise<{ readonly list: BatchList; readonly repeated: boolean }>;
  /** Throws LIST_NOT_FOUND, also for lists of others. */
  get(owner: Owner, id: string): Promise<BatchList>;
  list(owner: Owner, query: ListQuery): Promise<readonly BatchList[]>;
  members(owner: Owner, page: MemberPage): Promise<readonly ListMember[]>;
  /** Members with this text in the address or the name. A page may have fewer than its limit; `after` is the `next` of the page before. */
  search(owner: Owner, page: MemberPage & { readonly search: string }): Promise<FoundMembers>;
  rejects(owner: Owner, page: MemberPage): Promise<readonly ListReject[]>;
  /** Throws LIST_NOT_FOUND, LIST_STATE. With `by`, an operator, it is recorded in the audit log, in the same transaction. */
  cancel(owner: Owner, id: string, by?: Actor): Promise<BatchList>;
  resume(owner: Owner, id: string, by?: Actor): Promise<BatchList>;
  /** Returns the id of the job that deletes it. */
  remove(owner: Owner, id: string): Promise<string>;
  /** Starts the first waiting list of the workspace, if that is allowed. */
  callNext(workspaceId: string | null): Promise<void>;
}

export interface ListingDeps extends Pick<ModuleHost, 'asUser' | 'enqueue' | 'newId' | 'idempotency' | 'audit'> {
  readonly db: Database;
  readonly keys: { read(workspaceId: string, provider: string): Promise<string | null> };
  readonly clock: Clock;
  /** Lists of one workspace at once. */
  readonly perKey: number;
}

/** Lists of one workspace that end at the same moment, at most. */
const CALLED_AT_ONCE = 10;

export function createListing(deps: ListingDeps): Listing {
  const { db, asUser, keys, enqueue, newId, idempotency, audit, clock, perKey } = deps;

  /**
   * Without a tenant: lists are served in order, and because no workspace has more than `perKey` of them due at a time, workspaces take
   * turns. Tenants would share the queue by buckets, where one could wait for another with many lists.
   */
  const enqueueImport = async (
    { id, priority, workspaceId, userId }: Pick<NewList, 'id' | 'priority' | 'workspaceId' | 'userId'>,
    options: Pick<EnqueueOptions, 'db' | 'runAt' | 'onConflict'>,
  ) =>
    enqueue(
      IMPORT_LIST,
      { list_id: id },
      {
        ...{ uniqueKey: `import_list:${id}`, priority, userId, groupId: id },
        ...(workspaceId === null ? {} : { workspaceId }),
        ...options,
      },
    );

  const find = async (tx: Db, owner: Owner, id: string): Promise<BatchList> => {
    const list = await findOwnList(tx, owner, id);
    if (list === undefined) throw listError('LIST_NOT_FOUND', `there is no batch list ${id}`, { id });
    return list;
  };

  const get = (owner: Owner, id: string): Promise<BatchList> => asUser(owner, (tx) => find(tx, owner, id));

  /** Compare and set; a list in another state is distinguished from one that does not exist. */
  const move = async (
    tx: Db,
    owner: Owner,
    id: string,
    change: Parameters<typeof moveOwnList>[3] & { readonly to: keyof typeof DONE },
  ): Promise<BatchList> => {
    const moved = await moveOwnList(tx, owner, id, change);
    if (moved !== undefined) return moved;
    const { status } = await find(tx, owner, id);
    const message = `the list is ${status}: only one that is ${change.from.join(' or ')} can be ${DONE[change.to]}`;
    throw listError('LIST_STATE', message, { id, status });
  };

  const record = async (tx: Db, by: Actor | undefined, action: string, { id, ...list }: BatchList): Promise<void> => {
    if (by === undefined) return;
    const details = { user_id: list.userId, workspace_id: list.workspaceId };
    await audit.record({ by, action, target: id, details }, { db: tx });
  };

  const create: Listing['create'] = async (owner, { idempotencyKey, ...request }) => {
    const { workspaceId, userId } = owner;
    const apiKey = workspaceId === null ? Promise.resolve(null) : keys.read(workspaceId, MEMBERS_PROVIDER);
    // a repeat does not need it: it may have been removed since the first request
    apiKey.catch(() => {});
    const wanted = { ...owner, ...request, id: newId(), source: 'members_api', status: 'queued' } as const;
    return db.transaction(async (tx) => {
      const claim = {
        scope: `lists.create:${workspaceId}:${userId}`,
        key: idempotencyKey ?? '',
        request,
        id: wanted.id,
      };
      const { first, id } =
        idempotencyKey === undefined ? { first: true, id: wanted.id } : await idempotency.claim(tx, claim);
      if (!first) return { list: await find(tx, owner, id), repeated: true };
      if (workspaceId === null || (await apiKey) === null)
        throw listError('KEY_MISSING', 'the workspace has stored no key for the members API');
      const waits = (await countAhead(tx, workspaceId, request.priority, perKey)) >= perKey;
      // started by the list that ends before it; the time is for a missed start
      const runAt = waits ? { runAt: new Date(clock.now().getTime() + LOOK_AGAIN_MS) } : {};
      const { id: jobId } = await enqueueImport(wanted, { db: tx, ...runAt });
      return { list: await insertList(tx, { ...wanted, jobId }), repeated: false };
    });
  };

  return {
    create,
    get,
    list: (owner, query) => asUser(owner, (tx) => listOwnLists(tx, owner, query)),
    members: (owner, page) =>
      asUser(owner, async (tx) => {
        await find(tx, owner, page.listId);
        return listMembers(tx, page);
      }),
    search: (owner, page) =>
      asUser(owner, async (tx) => {
        await find(tx, owner, page.listId);
        return searchMembers(tx, page);
      }),
    rejects: (owner, page) =>
      asUser(owner, async (tx) => {
        await find(tx, owner, page.listId);
        return listRejects(tx, page);
      }),
    async cancel(owner, id, by) {
      await get(owner, id);
      return db.transaction(async (tx) => {
        const moved = await move(tx, owner, id, { from: ['queued', 'running'], to: 'cancelled' });
        await record(tx, by, 'batch_list.cancel', moved);
        return moved;
      });
    },
    async resume(owner, id, by) {
      const { source } = await get(owner, id);
      if (source === 'csv') throw listError('LIST_STATE', UPLOAD_AGAIN, { id });
      return db.transaction(async (tx) => {
        const moved = await move(tx, owner, id, { from: ['failed', 'cancelled'], to: 'queued' });
        const { id: jobId } = await enqueueImport(moved, { db: tx, onConflict: 'replace' });
        await setJob(tx, id, jobId);
        await record(tx, by, 'batch_list.resume', moved);
        return { ...moved, jobId };
      });
    },
    async remove(owner, id) {
      await get(owner, id);
      return db.transaction(async (tx) => {
        await move(tx, owner, id, { from: ['queued', 'running', 'completed', 'failed', 'cancelled'], to: 'deleting' });
        return (await enqueue(DELETE_LIST, { list_id: id }, { db: tx })).id;
      });
    },
    async callNext(workspaceId) {
      if (workspaceId === null) return;
      for (let round = 0; round < CALLED_AT_ONCE; round += 1) {
        const next = await nextInLine(db, workspaceId);
        if (next === undefined) return;
        const list = { id: next.id, priority: next.priority as ListPriority, workspaceId, userId: next.user_id };
        const job = await enqueueImport(list, { onConflict: 'advance' });
        if (job.id !== next.job_id) await setJob(db, next.id, job.id);
        // otherwise another list that ended at this moment has called it
        if (job.replaced || !job.existing) return;
      }
    },
  };
}
