// Changes the given fields of one subscription; a changed schedule takes effect immediately.
import { SchedulerError } from '../../../base/errors.js';
import type { Database, Db } from '../../../db/database.js';
import {
  unsuspend,
  updateMetadata,
  updateSubscription,
  type SubscriptionChange,
} from '../../../db/subscriptions/change/change.js';
import { lockSubscription } from '../../../db/subscriptions/read/find.js';
import type { SubscriptionRow } from '../../../db/subscriptions/read/subscription-row.js';
import { audit } from '../../../scheduler/records/actor.js';
import { assertCanFire, type SchedulePatch } from '../../../scheduler/schedule/index.js';
import type { Actor } from '../../../scheduler/contracts/scheduler.js';
import { patchDetails } from './audit-details.js';
import { asInput, checkedSchedule, withSchedulePath } from './input-errors.js';
import { recomputeOne } from '../../schedules/recompute-stale.js';
import { givenFields, patchSchedule, scheduleColumns, type ScheduleColumns } from '../../schedules/schedule-columns.js';
import type { ScheduleBook } from '../../schedules/stored-schedule.js';
import type { UpdateSubscription } from '../subscriptions-api.js';
import { storedScheduleOf } from '../read/to-subscription.js';

export interface ChangeOptions {
  readonly schedules: ScheduleBook;
  readonly defaultTimezone: string;
  readonly now: () => Date | null;
}

export const notFound = (id: string): SchedulerError =>
  new SchedulerError('SUBSCRIPTION_NOT_FOUND', `there is no subscription "${id}"`, { id });

export interface Change {
  readonly patch: UpdateSubscription;
  /** Ends a suspension as well. */
  readonly unsuspend?: boolean;
  /** For the audit log. */
  readonly action: string;
}

/** Throws SUBSCRIPTION_NOT_FOUND, INVALID_INPUT. */
export async function changeSubscription(
  database: Database,
  id: string,
  { patch, action, ...also }: Change,
  options: ChangeOptions,
  by?: Actor,
): Promise<void> {
  const { schedules, now } = options;
  await database.transaction(async (tx) => {
    const row = await asInput('id', () => lockSubscription(tx, id));
    if (row === null) throw notFound(id);
    await asInput('subscription', () => updateSubscription(tx, id, changeOf(row, patch, options)));
    const { metadata } = patch;
    if (metadata !== undefined) {
      await asInput('metadata', () => updateMetadata(tx, id, JSON.stringify(metadata), now()));
    }
    if (also.unsuspend === true) await unsuspend(tx, [id], now());
    await recomputeOne(tx, schedules, id, now());
    if (by) await recordChange(tx, by, action, id, patch);
  });
}

const recordChange = (tx: Db, by: Actor, action: string, id: string, patch: UpdateSubscription): Promise<string> =>
  audit(tx, { by, action, target: id, details: patchDetails(patch) });

function changeOf(row: SubscriptionRow, patch: UpdateSubscription, options: ChangeOptions): SubscriptionChange {
  return {
    active: patch.active ?? row.active === true,
    tenantId: patch.tenantId === undefined ? row.tenant_id : patch.tenantId,
    pausedUntil: patch.pausedUntil === undefined ? row.paused_until : patch.pausedUntil,
    ...(patch.schedule ? newSchedule(row, patch.schedule, options) : storedColumns(row)),
  };
}

const storedColumns = ({ frequency, timezone, schedule }: SubscriptionRow) => ({ frequency, timezone, schedule });

/** Throws INVALID_INPUT for a schedule that is invalid or can never fire. One that has ended ends the subscription. */
function newSchedule(row: SubscriptionRow, patch: SchedulePatch, options: ChangeOptions): ScheduleColumns {
  const stored = options.schedules.read(storedScheduleOf(row)).schedule;
  const wanted = patchSchedule(stored, givenFields(row.schedule, stored), patch);
  const checked = checkedSchedule(wanted, { timezone: options.defaultTimezone });
  withSchedulePath(() => assertCanFire(checked, new Date(row.anchor_ms ?? 0)));
  return scheduleColumns(wanted, checked);
}
