// Digest schedules for the owners of their recipients: list, create, change, delete.
import { SchedulerError, type Db, type JobPage, type ModuleHost } from '../../../scheduler/public.js';
import type { Owner } from '../db/owner.js';
import {
  findRecipient,
  findSchedule,
  listSchedules,
  type RecipientFacts,
  type ScheduleFilter,
  type ScheduleRow,
} from '../db/read-schedules.js';
import { deleteSchedule, findRequested, findTwin, insertSchedule, updateSchedule } from '../db/write-schedules.js';
import { digestError } from '../errors.js';
import { fromCursor, toCursor } from './cursor.js';
import { nextAfterChange, nextOf, settleFields, type ScheduleFields } from './plan-change.js';
import { scheduleView, type DigestSchedule } from './schedule-view.js';

export interface NewDigestSchedule extends ScheduleFields {
  readonly recipientId: string;
  readonly groupId: string;
}

export interface DigestSchedules {
  list(
    owner: Owner,
    query: ScheduleFilter & { readonly limit: number; readonly cursor?: string },
  ): Promise<JobPage<DigestSchedule>>;
  /**
   * Throws INVALID_INPUT with paths, DIGEST_RECIPIENT_NOT_FOUND, and DIGEST_SCHEDULE_EXISTS for a second one with the same recipient, group
   * and frequency. A repeat with the same idempotency key returns the result of the first call.
   */
  create(owner: Owner, input: NewDigestSchedule, idempotencyKey?: string): Promise<DigestSchedule>;
  /** Throws DIGEST_SCHEDULE_NOT_FOUND for one that does not exist or belongs to someone else; so do the next two. */
  get(owner: Owner, id: string): Promise<DigestSchedule>;
  update(owner: Owner, id: string, patch: ScheduleFields): Promise<DigestSchedule>;
  remove(owner: Owner, id: string): Promise<void>;
}

type Host = Pick<ModuleHost, 'db' | 'now' | 'clock' | 'newId' | 'idempotency'>;

export function createDigestSchedules({ db, now, clock, newId, idempotency }: Host): DigestSchedules {
  const view = (row: ScheduleRow): DigestSchedule => scheduleView(row, clock.now());

  const find = async (on: Db, owner: Owner, id: string, lock = false): Promise<ScheduleRow> => {
    const row = await findSchedule(on, owner, id, { lock });
    if (row) return row;
    throw digestError('DIGEST_SCHEDULE_NOT_FOUND', `there is no digest schedule ${id}`, { id });
  };
  const recipientOf = async (on: Db, owner: Owner, id: string): Promise<RecipientFacts> => {
    const recipient = await findRecipient(on, owner, id, now());
    if (recipient) return recipient;
    throw digestError('DIGEST_RECIPIENT_NOT_FOUND', `there is no recipient ${id}`, { recipient_id: id });
  };
  const refuseTwin = async (on: Db, one: Parameters<typeof findTwin>[1], except: string | null): Promise<void> => {
    const twin = await findTwin(on, one, except);
    if (twin !== null) throw exists(twin);
  };

  const make = async (
    tx: Db,
    owner: Owner,
    { recipientId, groupId, ...fields }: NewDigestSchedule,
    requestId: string | null,
  ) => {
    const recipient = await recipientOf(tx, owner, recipientId);
    const settled = settleFields(fields, recipient.timezone);
    const values = { ...settled, recipient_id: recipient.id, group_id: groupId, digest_request_id: requestId };
    await refuseTwin(tx, values, null);
    const next = settled.is_active ? nextOf(settled, recipient.now) : null;
    return find(tx, owner, await insertSchedule(tx, { ...values, next_digest_scheduled: next }));
  };
  /** What the first request with the key created, as it is now. */
  const repeat = async (tx: Db, owner: Owner, { recipientId, groupId }: NewDigestSchedule, requestId: string) => {
    const id = await findRequested(tx, requestId, { recipient_id: recipientId, group_id: groupId });
    return find(tx, owner, id ?? 'that was made with this idempotency key: it has been removed since');
  };

  return {
    async list(owner, { cursor, ...query }) {
      const after = cursor === undefined ? null : fromCursor(cursor);
      const rows = await listSchedules(db, owner, { ...query, limit: query.limit + 1, after });
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      const more = rows.length > query.limit && last !== undefined;
      return { items: items.map(view), nextCursor: more ? toCursor(last) : null };
    },
    async create(owner, input, key) {
      const row = await db
        .transaction(async (tx) => {
          if (key === undefined) return make(tx, owner, input, null);
          const scope = `digests.create:${owner.workspaceId ?? ''}:${owner.userId}`;
          const claim = { scope, key, request: input, id: newId() };
          const { first, id } = await idempotency.claim(tx, claim);
          return first ? make(tx, owner, input, id) : repeat(tx, owner, input, id);
        })
        .catch(refusedByTable);
      return view(row);
    },
    get: async (owner, id) => view(await find(db, owner, id)),
    async update(owner, id, patch) {
      const row = await db
        .transaction(async (tx) => {
          const before = await find(tx, owner, id, true);
          const recipient = await recipientOf(tx, owner, before.recipient_id);
          const settled = settleFields(patch, recipient.timezone, before);
          if (settled.frequency !== before.frequency) await refuseTwin(tx, { ...before, ...settled }, before.id);
          const next = nextAfterChange(before, settled, recipient.now);
          await updateSchedule(tx, id, { ...settled, ...(next === undefined ? {} : { next_digest_scheduled: next }) });
          return find(tx, owner, id);
        })
        .catch(refusedByTable);
      return view(row);
    },
    async remove(owner, id) {
      await db.transaction(async (tx) => {
        await find(tx, owner, id, true);
        await deleteSchedule(tx, id);
      });
    },
  };
}

const exists = (id: string | null): SchedulerError =>
  digestError(
    'DIGEST_SCHEDULE_EXISTS',
    `the recipient has a digest of this group with this frequency${id === null ? '' : `: ${id}`}`,
    id === null ? {} : { id },
  );

/** PostgreSQL's codes for text that is not a valid value of the column's type: too long, malformed, out of range. */
const NO_VALUE = new Set(['22001', '22P02', '22003']);

/** Errors of the table itself: a duplicate that was created at the same time, and a group id that its column cannot store. */
function refusedByTable(error: unknown): never {
  const { code } = error as { code?: unknown };
  if (code === '23505') throw exists(null);
  if (!NO_VALUE.has(String(code))) throw error;
  const errors = [{ path: 'groupId', message: 'cannot be the id of a group' }];
  throw new SchedulerError('INVALID_INPUT', 'groupId cannot be the id of a group', { errors }, { cause: error });
}
