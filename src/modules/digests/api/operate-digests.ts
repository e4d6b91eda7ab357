// What operators do with the digest schedules of everybody: look, pause, resume, delete. Each change is in the audit log.
import type { Actor, Db, ModuleHost } from '../../../scheduler/public.js';
import { findAnySchedule, findZone, listAllSchedules, type OwnedScheduleRow } from '../db/all-schedules.js';
import type { ScheduleFilter } from '../db/read-schedules.js';
import { deleteSchedule, updateSchedule } from '../db/write-schedules.js';
import { digestError } from '../errors.js';
import { nextAfterChange, settleFields } from './plan-change.js';
import { scheduleView, type DigestSchedule } from './schedule-view.js';

export interface OwnedDigestSchedule extends DigestSchedule {
  readonly userId: string | null;
  readonly workspaceId: string | null;
  readonly recipientName: string | null;
  readonly recipientAddress: string | null;
}

export interface DigestOperations {
  list(
    filter: ScheduleFilter,
    page: { readonly limit: number; readonly before: string | null },
  ): Promise<{ readonly items: readonly OwnedDigestSchedule[]; readonly next: string | null }>;
  /** Throws DIGEST_SCHEDULE_NOT_FOUND; so do the next two. */
  get(id: string): Promise<OwnedDigestSchedule>;
  /** A schedule that is resumed owes nothing for the time when it was paused. Throws INVALID_INPUT for one that makes no sense. */
  setActive(id: string, active: boolean, by: Actor): Promise<OwnedDigestSchedule>;
  remove(id: string, by: Actor): Promise<void>;
}

type Host = Pick<ModuleHost, 'db' | 'now' | 'clock' | 'audit'>;

export function createDigestOperations({ db, now, clock, audit }: Host): DigestOperations {
  const view = (row: OwnedScheduleRow): OwnedDigestSchedule => ({
    ...scheduleView(row, clock.now()),
    userId: row.user_id,
    workspaceId: row.workspace_id,
    recipientName: row.recipient_name,
    recipientAddress: row.recipient_address,
  });

  const find = async (on: Db, id: string, lock = false): Promise<OwnedScheduleRow> => {
    const row = await findAnySchedule(on, id, { lock });
    if (row) return row;
    throw digestError('DIGEST_SCHEDULE_NOT_FOUND', `there is no digest schedule ${id}`, { id });
  };

  /** As its owner would: the next digest is computed anew, in the recipient's zone of today. */
  const resume = async (tx: Db, before: OwnedScheduleRow): Promise<void> => {
    const zone = await findZone(tx, before.recipient_id, now());
    const settled = settleFields({ isActive: true }, zone.timezone ?? before.timezone, before);
    const next = nextAfterChange(before, settled, zone.now);
    await updateSchedule(tx, before.id, { ...settled, ...(next === undefined ? {} : { next_digest_scheduled: next }) });
  };

  const record = (tx: Db, by: Actor, action: string, { id, recipient_id, group_id }: OwnedScheduleRow): Promise<void> =>
    audit.record({ by, action, target: id, details: { recipient_id, group_id } }, { db: tx });

  return {
    async list(filter, page) {
      const { rows, next } = await listAllSchedules(db, filter, page);
      return { items: rows.map(view), next };
    },
    get: async (id) => view(await find(db, id)),
    setActive: (id, active, by) =>
      db.transaction(async (tx) => {
        const before = await find(tx, id, true);
        if ((before.is_active === true) === active) return view(before);
        if (active) await resume(tx, before);
        else await updateSchedule(tx, before.id, { is_active: false });
        await record(tx, by, active ? 'digest.resume' : 'digest.pause', before);
        return view(await find(tx, id));
      }),
    remove: (id, by) =>
      db.transaction(async (tx) => {
        const before = await find(tx, id, true);
        await deleteSchedule(tx, before.id);
        await record(tx, by, 'digest.delete', before);
      }),
  };
}
