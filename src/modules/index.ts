// The job types that come with Punctual: one file each, and one line each in this table.
import { systemClock, type Clock } from '../base/clock.js';
import type { Encryption } from '../base/encryption.js';
import type { Database } from '../db/database.js';
import type { AnyJob } from '../scheduler/queue/index.js';
import { createEnrichmentClient } from '../clients/enrichment/enrichment.js';
import { enrichAccount, enrichContact, type EnrichmentJobDeps } from './enrichment/enrichment-jobs.js';
import { createWorkspaceKeys, type WorkspaceKeys } from '../scheduler/secrets/workspace-keys.js';

export { createWebhooks, WEBHOOK_EVENTS } from './webhooks/create-webhooks.js';
export type {
  NewWebhook,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookOptions,
  Webhooks,
} from './webhooks/create-webhooks.js';
export type { WebhookEvent } from './webhooks/endpoint-book.js';
export { createWorkspaceKeys, type WorkspaceKeys } from '../scheduler/secrets/workspace-keys.js';

const table: readonly ((deps: EnrichmentJobDeps) => AnyJob)[] = [enrichAccount, enrichContact];

export interface OwnJobsOptions {
  readonly db: Database;
  readonly encryption: Encryption;
  readonly clock?: Clock;
  /** Of the enrichment provider. Default: Apollo's. */
  readonly enrichmentUrl?: string;
}

/** The job types of this package, ready to be handed to `createScheduler({ jobs })`. */
export function ownJobs(options: OwnJobsOptions): { readonly jobs: readonly AnyJob[]; readonly keys: WorkspaceKeys } {
  const { db, encryption, clock = systemClock, enrichmentUrl: baseUrl = 'https://api.apollo.io/api/v1' } = options;
  const keys = createWorkspaceKeys(db, encryption);
  const deps: EnrichmentJobDeps = { db, keys, client: createEnrichmentClient({ baseUrl, clock }) };
  return { jobs: table.map((make) => make(deps)), keys };
}
