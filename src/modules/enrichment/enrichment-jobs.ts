// enrich_account and enrich_contact: query the provider with the workspace's own key and merge its data.
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

/** The provider requests a wait: the queue's retry uses `retryAfterMs` as a minimum. */
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
  // the provider's limit per minute, over all instances
  rateLimit: { max: 100, perMs: 60_000 },
  concurrency: 5,
  timeoutMs: 30_000,
} as const;

const organizationFacts = (domain: string, found: Organization): AccountFacts => ({
  domain,
  name: found.name ?? null,
  industry: found.industry ?? null,
  employees: found.estimated_num_employees ?? null,
  country: found.country ?? null,
  website: found.website_url ?? null,
  linkedin_url: found.linkedin_url ?? null,
});

const personFacts = (email: string, found: Person): ContactFacts => ({
  email,
  first_name: found.first_name ?? null,
  last_name: found.last_name ?? null,
  title: found.title ?? null,
  linkedin_url: found.linkedin_url ?? null,
  phone: found.phone_numbers?.[0]?.sanitized_number ?? null,
});

/** Queries with the workspace's key; failures are mapped to outcomes for the queue. */
async function lookUp<T>(
  { keys }: EnrichmentJobDeps,
  ctx: JobContext,
  ask: (apiKey: string) => Promise<Lookup<T>>,
): Promise<{ found: T; workspaceId: string } | { verdict: HandlerVerdict }> {
  // the job's workspace, set by the caller of enqueue; a payload may come from users
  const { workspaceId } = ctx;
  if (workspaceId === null) return { verdict: bury('this job has no workspace: enqueue it with `workspaceId`') };
  const apiKey = await keys.read(workspaceId, ENRICHMENT_PROVIDER);
  if (apiKey === null) return { verdict: bury(`workspace ${workspaceId} has no key for ${ENRICHMENT_PROVIDER}`) };
  const answer = await ask(apiKey);
  switch (answer.kind) {
    case 'found':
      return { found: answer.value, workspaceId };
    case 'unknown':
      ctx.log.info('the provider has no data for this one');
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
    description: 'Looks up a company and merges the result into its account',
    schema: z.strictObject({ domain: z.string().regex(DOMAIN, 'must be a domain name') }),
    uniqueBy: ({ domain }, { workspaceId }) => `${workspaceId}:${domain.toLowerCase()}`,
    async run(ctx, { domain }) {
      const name = domain.toLowerCase();
      const answer = await lookUp(deps, ctx, (key) => deps.client.organization(name, key, ctx.signal));
      if ('verdict' in answer) return answer.verdict;
      const accountId = await mergeAccount(deps.db, answer.workspaceId, organizationFacts(name, answer.found));
      return { found: true, account_id: accountId };
    },
  });

export const enrichContact = (deps: EnrichmentJobDeps) =>
  defineJob({
    ...LIMITS,
    type: ENRICH_CONTACT,
    description: 'Looks up a person and merges the result into their contact and its account',
    schema: z.strictObject({ email: z.email() }),
    uniqueBy: ({ email }, { workspaceId }) => `${workspaceId}:${email.toLowerCase()}`,
    async run(ctx, { email }) {
      const address = email.toLowerCase();
      const answer = await lookUp(deps, ctx, (key) => deps.client.person(address, key, ctx.signal));
      if ('verdict' in answer) return answer.verdict;
      const { organization } = answer.found;
      const domain = organization?.primary_domain?.toLowerCase();
      const accountId =
        organization && domain !== undefined && DOMAIN.test(domain)
          ? await mergeAccount(deps.db, answer.workspaceId, organizationFacts(domain, organization))
          : null;
      const contactId = await mergeContact(deps.db, answer.workspaceId, accountId, personFacts(address, answer.found));
      return { found: true, contact_id: contactId, account_id: accountId };
    },
  });
