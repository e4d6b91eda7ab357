// Enrichment as a module: two job types that look up companies and people and merge the results.
import { checkOptions, type RulesOf } from '../../base/options/check-options.js';
import { url } from '../../base/options/option-rules.js';
import { createEnrichmentClient } from '../../clients/enrichment/enrichment.js';
import { defineModule, type ModuleDefinition } from '../../scheduler/public.js';
import { enrichAccount, enrichContact, ENRICHMENT_PROVIDER } from './enrichment-jobs.js';

export interface EnrichmentOptions {
  /** Base URL of the provider's API, without a trailing slash. Default: Apollo's. */
  readonly url?: string;
}

export const ENRICHMENT_RULES: RulesOf<EnrichmentOptions> = { url: url('http', 'https') };

const APOLLO = 'https://api.apollo.io/api/v1';

/** Add it to `createScheduler({ modules })`. Each workspace stores its own key with `PUT /admin/workspaces/:id/keys/apollo`. */
export function enrichment(options: EnrichmentOptions = {}): ModuleDefinition {
  checkOptions('INVALID_CONFIG', 'enrichment', options, ENRICHMENT_RULES);
  const { url: baseUrl = APOLLO } = options;
  return defineModule({
    name: 'enrichment',
    description: 'Looks up companies and people with the key of their workspace',
    migrations: new URL('./db/migrations/', import.meta.url),
    keyProviders: [ENRICHMENT_PROVIDER],
    jobs: ({ db, clock, secrets }) => {
      const deps = { db, keys: secrets.keys, client: createEnrichmentClient({ baseUrl, clock }) };
      return [enrichAccount(deps), enrichContact(deps)];
    },
  });
}
