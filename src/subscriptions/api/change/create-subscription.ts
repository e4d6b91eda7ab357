// Validates and creates a subscription, with its first run at its next occurrence.
import type { Database } from '../../../db/database.js';
import { insertProcessingRow, insertSubscription } from '../../../db/subscriptions/change/create.js';
import { databaseNow } from '../../../db/engine/queries/server/database-now.js';
import { assertCanFire, compileSchedule } from '../../../scheduler/schedule/index.js';
import { audit } from '../../../scheduler/records/actor.js';
import type { Actor } from '../../../scheduler/contracts/scheduler.js';
import { asInput, checkedSchedule, invalidInput, withSchedulePath } from './input-errors.js';
import { nextOccurrence } from '../../../scheduler/rows/index.js';
import { scheduleColumns } from '../../schedules/schedule-columns.js';
import type { CreateSubscription } from '../subscriptions-api.js';

export interface CreateOptions {
  readonly defaultTimezone: string;
  readonly now: () => Date | null;
}

/** Returns the id. Throws INVALID_INPUT. */
export async function createSubscription(
  database: Database,
  input: CreateSubscription,
  { defaultTimezone, now }: CreateOptions,
  by?: Actor,
): Promise<string> {
  const given = input.schedule ?? {};
  const schedule = checkedSchedule(given, { timezone: defaultTimezone });
  return database.transaction(async (tx) => {
    const anchor = await databaseNow(tx, now());
    withSchedulePath(() => assertCanFire(schedule, anchor));
    const compiled = compileSchedule(schedule, { anchor });
    const id = await asInput('user_id', () =>
      insertSubscription(tx, {
        userId: input.userId,
        tenantId: input.tenantId ?? null,
        active: input.active ?? true,
        ...scheduleColumns(given, schedule),
      }),
    );
    const first = nextOccurrence(compiled, id, anchor.getTime(), null);
    if (first === null) {
      throw invalidInput([{ path: 'schedule.ends_on', message: 'leaves no occurrence from now on' }]);
    }
    await asInput('metadata', () =>
      insertProcessingRow(tx, {
        subscriptionId: id,
        anchorAt: anchor,
        nextRunAt: new Date(first.effectiveMs),
        scheduledFor: first.effectiveMs === first.nominalMs ? null : new Date(first.nominalMs),
        metadata: input.metadata === undefined ? null : JSON.stringify(input.metadata),
      }),
    );
    if (by) await audit(tx, { by, action: 'subscription.create', target: id });
    return id;
  });
}
