// enrich_account and enrich_contact: ask the provider with the workspace's own key and merge what it knows.
import { z } from 'zod';
import { mergeAccount, mergeContact, type AccountFacts, type ContactFacts } from './db/accounts.js';
import {
  bury,
  defineJob,
  done,
  type HandlerVerdict,
  type JobContext,
  type ModuleHost,
} from '../../scheduler/public.js';
import type { EnrichmentClient, Lookup, Organization, Person } from '../../clients/enrichment/enrichment.js';

export const ENRICHMENT_PROVIDER = 'apollo';
export const ENRICH_ACCOUNT = 'enrich_account';
export const ENRICH_CONTACT = 'enrich_contact';

export interface EnrichmentJobDeps {
  readonly db: ModuleHost['db'];
  readonly keys: ModuleHost['secrets']['keys'];
  readonly client: EnrichmentClient;
}

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const workspace_id = z.string().min(1).max(200);

/** The provider wants us to wait: the queue's own retry takes `retryAfterMs` as a floor. */
class ProviderBusy extends Error {
  override readonly name = 'ProviderBusy';
  readonly code = 'PROVIDER_BUSY';
  constructor(
    message: string,
    readonly retryAfterMs: number | null,
  ) {
    super(message);
  }
}

const LIMITS = {
  queue: 'enrichment',
  // the provider's own limit per minute, kept over all instances
  rateLimit: { max: 100, perMs: 60_000 },
  concurrency: 5,
  timeoutMs: 30_000,
} as const;

export const organizationFacts = (domain: string, found: Organization): AccountFacts => ({
  domain,
  name: found.name ?? null,
  industry: found.industry ?? null,
  employees: found.estimated_num_employees ?? null,
  country: found.country ?? null,
  website: found.website_url ?? null,
  linkedin_url: found.linkedin_url ?? null,
});

export const personFacts = (email: string, found: Person): ContactFacts => ({
  email,
  first_name: found.first_name ?? null,
  last_name: found.last_name ?? null,
  title: found.title ?? null,
  linkedin_url: found.linkedin_url ?? null,
  phone: found.phone_numbers?.[0]?.sanitized_number ?? null,
});

/** Asks with the workspace's key; what is not an answer becomes what the queue shall do. */
async function lookUp<T>(
  { keys }: EnrichmentJobDeps,
  workspaceId: string,
  ctx: JobContext,
  ask: (apiKey: string) => Promise<Lookup<T>>,
): Promise<{ found: T } | { verdict: HandlerVerdict }> {
  const apiKey = await keys.read(workspaceId, ENRICHMENT_PROVIDER);
  if (apiKey === null) return { verdict: bury(`workspace ${workspaceId} has no key for ${ENRICHMENT_PROVIDER}`) };
  const answer = await ask(apiKey);
  switch (answer.kind) {
    case 'found':
      return { found: answer.value };
    case 'unknown':
      ctx.log.info('the provider knows nothing of this one');
      return { verdict: done({ found: false }) };
    case 'key_refused':
      return { verdict: bury(`the key of workspace ${workspaceId} was refused: ${answer.message}`) };
    case 'rejected':
      return { verdict: bury(answer.message) };
    case 'later':
      throw new ProviderBusy(answer.message, answer.retryAfterMs);
  }
}

export const enrichAccount = (deps: EnrichmentJobDeps) =>
  defineJob({
    ...LIMITS,
    type: ENRICH_ACCOUNT,
    description: 'Looks a company up and merges what is known into its account',
    schema: z.object({ workspace_id, domain: z.string().regex(DOMAIN, 'must be a domain name') }),
    uniqueBy: ({ workspace_id: workspace, domain }) => `${workspace}:${domain.toLowerCase()}`,
    async run(ctx, { workspace_id: workspace, domain }) {
      const name = domain.toLowerCase();
      const answer = await lookUp(deps, workspace, ctx, (key) => deps.client.organization(name, key, ctx.signal));
      if ('verdict' in answer) return answer.verdict;
      const accountId = await mergeAccount(deps.db, workspace, organizationFacts(name, answer.found));
      return { found: true, account_id: accountId };
    },
  });

export const enrichContact = (deps: EnrichmentJobDeps) =>
  defineJob({
    ...LIMITS,
    type: ENRICH_CONTACT,
    description: 'Looks a person up and merges what is known into their contact and its account',
    schema: z.object({ workspace_id, email: z.email() }),
    uniqueBy: ({ workspace_id: workspace, email }) => `${workspace}:${email.toLowerCase()}`,
    async run(ctx, { workspace_id: workspace, email }) {
      const address = email.toLowerCase();
      const answer = await lookUp(deps, workspace, ctx, (key) => deps.client.person(address, key, ctx.signal));
      if ('verdict' in answer) return answer.verdict;
      const { organization } = answer.found;
      const domain = organization?.primary_domain?.toLowerCase();
      const accountId =
        organization && domain !== undefined && DOMAIN.test(domain)
          ? await mergeAccount(deps.db, workspace, organizationFacts(domain, organization))
          : null;
      const contactId = await mergeContact(deps.db, workspace, accountId, personFacts(address, answer.found));
      return { found: true, contact_id: contactId, account_id: accountId };
    },
  });
