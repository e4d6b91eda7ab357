// The reference of options: what each may be, by the rule that checks it, and what it does, by its doc comment.
import type { RuleTable } from '../../src/base/options/check-options.js';
import { MIGRATE_RULES } from '../../src/compose/database/migrate.js';
import { QUEUE_RULES, SCHEDULER_RULES, SUBSCRIPTION_RULES } from '../../src/compose/options/option-rules.js';
import { ANALYTICS_RULES } from '../../src/modules/analytics/options.js';
import { BILLING_RULES } from '../../src/modules/billing/options.js';
import { DIGEST_RULES } from '../../src/modules/digests/options.js';
import { ENRICHMENT_RULES } from '../../src/modules/enrichment/module.js';
import { LIST_RULES } from '../../src/modules/lists/module.js';
import { NOTIFICATION_RULES } from '../../src/modules/notifications/options.js';
import { UPKEEP_RULES } from '../../src/modules/upkeep/options.js';
import { WEBHOOK_RULES } from '../../src/modules/webhooks/module.js';
import { ADMIN_RULES } from '../../src/routes/admin-routes.js';
import { BATCH_API_RULES } from '../../src/routes/batch-api.js';
import { JOBS_API_RULES } from '../../src/routes/jobs-api.js';
import { JWT_RULES } from '../../src/routes/kit/auth/user-auth.js';
import { MODULES_API_RULES } from '../../src/routes/modules-api.js';
import { BATCH_RULES, PATCH_RULES, STOP_RULES, TRIGGER_RULES } from '../../src/scheduler/contracts/call-options.js';
import { PROCESS_RULES } from '../../src/scheduler/contracts/define-process.js';
import { MODULE_RULES } from '../../src/scheduler/modules/define-module.js';
import { JOB_RULES } from '../../src/scheduler/queue/define/job-rules.js';
import { ENQUEUE_RULES } from '../../src/scheduler/queue/enqueue/enqueue-options.js';
import { AFTER_RULES, STEP_RULES } from '../../src/scheduler/queue/flows/flow-options.js';
import { ROW_RULES } from '../../src/scheduler/rows/contract/define-row-schedule.js';
import { membersOf, type MemberDoc } from './interface-docs.js';
import { markdownTable } from './reference-page.js';

/** Where an interface stands: its file under src, and its name. */
type Place = readonly [file: string, name: string];

interface Section {
  readonly title: string;
  readonly rules: RuleTable;
  /** The interface, and those that it extends. */
  readonly places: readonly Place[];
}

const ORIGINS: Place = ['routes/kit/auth/same-origin.ts', 'OriginOptions'];
const SECRETS: Place = ['base/secrets/secret-strength.ts', 'SecretPolicy'];
const ACCESS: Place = ['routes/kit/auth/worker-identity.ts', 'WorkerAccess'];
const RUN_CONTRACT = 'scheduler/contracts/scheduler.ts';
const TRIGGER: Place = [RUN_CONTRACT, 'TriggerOptions'];
const USED: Place = ['compose/database/migrate.ts', 'WhatIsUsed'];
const JOBS = 'scheduler/queue/define/job-definition.ts';
const FLOWS = 'scheduler/queue/flows/flow-options.ts';
const ROWS = 'scheduler/rows/contract/define-row-schedule.ts';
const DIGESTS = 'modules/digests/options.ts';
const EXTENDED: readonly Place[] = [ORIGINS, SECRETS];

/** A new public function gets a line here. */
const SECTIONS: readonly Section[] = [
  {
    title: '`createScheduler`',
    rules: SCHEDULER_RULES,
    places: [['compose/options/options.ts', 'CreateSchedulerOptions']],
  },
  {
    title: '`createScheduler`: `subscriptions`',
    rules: SUBSCRIPTION_RULES,
    places: [['compose/options/options.ts', 'SubscriptionOptions']],
  },
  {
    title: '`createScheduler`: `queue`',
    rules: QUEUE_RULES,
    places: [['compose/options/options.ts', 'QueueSettings']],
  },
  { title: '`scheduler.stop`', rules: STOP_RULES, places: [[RUN_CONTRACT, 'StopOptions']] },
  { title: '`scheduler.trigger` and `begin`', rules: TRIGGER_RULES, places: [TRIGGER] },
  {
    title: '`scheduler.batch.begin`',
    rules: BATCH_RULES,
    places: [['scheduler/contracts/batch.ts', 'BatchRequest'], TRIGGER],
  },
  { title: '`scheduler.processes.update`', rules: PATCH_RULES, places: [[RUN_CONTRACT, 'ProcessPatch']] },
  {
    title: '`defineProcess`',
    rules: PROCESS_RULES,
    places: [['scheduler/contracts/define-process.ts', 'ProcessDefinition']],
  },
  { title: '`defineJob`', rules: JOB_RULES, places: [[JOBS, 'JobDefinition']] },
  { title: '`defineJob`: `retry`', rules: inside(JOB_RULES, 'retry'), places: [[JOBS, 'RetrySettings']] },
  { title: '`defineJob`: `rateLimit`', rules: inside(JOB_RULES, 'rateLimit'), places: [[JOBS, 'RateLimit']] },
  {
    title: '`enqueue` and `enqueueMany`',
    rules: ENQUEUE_RULES,
    places: [['scheduler/queue/enqueue/enqueue-options.ts', 'EnqueueOptions']],
  },
  { title: '`queue.flows.enqueue`: a step', rules: STEP_RULES, places: [[FLOWS, 'FlowStep']] },
  { title: '`queue.flows.after`', rules: AFTER_RULES, places: [[FLOWS, 'AfterOptions']] },
  {
    title: '`defineModule`',
    rules: MODULE_RULES,
    places: [['scheduler/modules/define-module.ts', 'ModuleDefinition']],
  },
  {
    title: '`defineRowSchedule`',
    rules: ROW_RULES,
    places: [
      [ROWS, 'RowTable'],
      [ROWS, 'RowScheduleDefinition'],
    ],
  },
  {
    title: '`notifications`',
    rules: NOTIFICATION_RULES,
    places: [['modules/notifications/options.ts', 'NotificationsOptions']],
  },
  { title: '`digests`', rules: DIGEST_RULES, places: [[DIGESTS, 'DigestsOptions']] },
  { title: '`digests`: `updates`', rules: inside(DIGEST_RULES, 'updates'), places: [[DIGESTS, 'UpdatesOptions']] },
  { title: '`digests`: `summary`', rules: inside(DIGEST_RULES, 'summary'), places: [[DIGESTS, 'SummaryOptions']] },
  { title: '`lists`', rules: LIST_RULES, places: [['modules/lists/module.ts', 'ListsOptions']] },
  { title: '`webhooks`', rules: WEBHOOK_RULES, places: [['modules/webhooks/module.ts', 'WebhooksOptions']] },
  { title: '`enrichment`', rules: ENRICHMENT_RULES, places: [['modules/enrichment/module.ts', 'EnrichmentOptions']] },
  { title: '`billing`', rules: BILLING_RULES, places: [['modules/billing/options.ts', 'BillingOptions']] },
  { title: '`upkeep`', rules: UPKEEP_RULES, places: [['modules/upkeep/options.ts', 'UpkeepOptions']] },
  { title: '`analytics`', rules: ANALYTICS_RULES, places: [['modules/analytics/options.ts', 'AnalyticsOptions']] },
  {
    title: '`adminRoutes`',
    rules: ADMIN_RULES,
    places: [['routes/admin-routes.ts', 'AdminRoutesOptions'], ...EXTENDED],
  },
  {
    title: '`createJobsApi`',
    rules: JOBS_API_RULES,
    places: [['routes/jobs-api.ts', 'JobsApiOptions'], ACCESS, ...EXTENDED],
  },
  {
    title: '`createBatchApi`',
    rules: BATCH_API_RULES,
    places: [['routes/batch-api.ts', 'BatchApiOptions'], ACCESS, ...EXTENDED],
  },
  {
    title: '`createModulesApi`',
    rules: MODULES_API_RULES,
    places: [['routes/modules-api.ts', 'ModulesApiOptions'], ...EXTENDED],
  },
  { title: '`jwtUsers`', rules: JWT_RULES, places: [['routes/kit/auth/user-auth.ts', 'JwtOptions'], SECRETS] },
  {
    title: '`migrate`, `migrationStatus` and `migrationSql`',
    rules: MIGRATE_RULES,
    places: [['compose/database/migrate.ts', 'MigrateOptions'], USED],
  },
];

function inside(rules: RuleTable, name: string): RuleTable {
  const found = rules[name]?.inside;
  if (found === undefined) throw new Error(`${name} has no options inside`);
  return found;
}

function tableOf({ rules, places }: Section): string[] {
  const docs = new Map<string, MemberDoc>(places.toReversed().flatMap(([file, name]) => [...membersOf(file, name)]));
  const rows = Object.entries(rules).map(([option, { allows, required = false }]) => [
    `\`${option}\`${required ? ' (required)' : ''}`,
    allows,
    docs.get(option)?.text ?? '',
  ]);
  return markdownTable(['Option', 'Allowed', 'Meaning'], rows);
}

/** One table for each public function. */
export const optionReference = (): string =>
  SECTIONS.flatMap((section) => [`## ${section.title}`, '', ...tableOf(section), '']).join('\n');
