// Digest schedules as a row schedule: due digests are planned in batches, each in one transaction.
import { defineRowSchedule, type RowScheduleDefinition } from '../../../scheduler/public.js';
import { DEFAULTS, type DigestsOptions } from '../options.js';
import { RULE_COLUMNS, ruleOf, toSchedule } from '../schedule/digest-rule.js';
import { planDigests, type PlanDeps } from './plan-digests.js';

/** The name of the process under which digests are paused, triggered and watched. */
const DIGESTS_PROCESS = 'digests';

export const digestRowSchedule = <S extends Pick<PlanDeps, 'onPlanned'>>(
  options: DigestsOptions,
): RowScheduleDefinition<S> =>
  defineRowSchedule<S>({
    name: DIGESTS_PROCESS,
    description: 'Plans the digests that are due: what is new in a group becomes one notification',
    table: '{schema}.digest_schedules',
    adopts: options.table ?? DEFAULTS.table,
    timezone: 'timezone',
    schedule: {
      columns: RULE_COLUMNS.filter((column) => column !== 'timezone'),
      read: (row) => toSchedule(ruleOf(row)),
    },
    active: 'is_active',
    nextRun: 'next_digest_scheduled',
    prefix: 'digest',
    batchSize: options.batchSize ?? DEFAULTS.batchSize,
    inTransaction: (tx, occurrences, { host, state }) =>
      planDigests(tx, occurrences, { host, options, ...(state.onPlanned ? { onPlanned: state.onPlanned } : {}) }),
  });
