// The client of an Apollo-like enrichment API: one company or one person per call; every outcome is a value.
import { request } from 'undici';
import { z } from 'zod';
import type { Clock } from '../../base/clock.js';
import { toError } from '../../base/errors.js';
import { parseRetryAfter } from '../http/retry-after.js';
import { textWithin } from '../http/text-within.js';

const text = z.string().trim().min(1).max(1_000).nullish().catch(null);

const organization = z.object({
  name: text,
  primary_domain: text,
  website_url: text,
  linkedin_url: text,
  industry: text,
  estimated_num_employees: z.number().int().nonnegative().max(2_147_483_647).nullish().catch(null),
  country: text,
});

const person = z.object({
  first_name: text,
  last_name: text,
  title: text,
  email: text,
  linkedin_url: text,
  phone_numbers: z
    .array(z.object({ sanitized_number: text }))
    .nullish()
    .catch(null),
  organization: organization.nullish().catch(null),
});

export type Organization = z.output<typeof organization>;
export type Person = z.output<typeof person>;

export type Lookup<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** It responded, but has no data on this one. */
  | { readonly kind: 'unknown' }
  /** The key is wrong or exhausted: every other call of this workspace would fail too. */
  | { readonly kind: 'key_refused'; readonly message: string }
  /** It will never accept this request. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** Retry later, after `retryAfterMs` if given. */
  | { readonly kind: 'later'; readonly message: string; readonly retryAfterMs: number | null };

export interface EnrichmentClient {
  organization(domain: string, apiKey: string, signal: AbortSignal): Promise<Lookup<Organization>>;
  person(email: string, apiKey: string, signal: AbortSignal): Promise<Lookup<Person>>;
}

export interface EnrichmentOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

const MAX_BYTES = 1_048_576;
const HOUR_MS = 3_600_000;

/** From `retry-after` (seconds or a date), or from the minute's rate limit if that is exhausted. Pure. */
export function waitMs(headers: Readonly<Record<string, string | string[] | undefined>>, now: Date): number | null {
  const after = parseRetryAfter(headers['retry-after'], now);
  if (after !== null) return Math.min(HOUR_MS, after);
  if (headers['x-rate-limit-minute-left'] === '0' || headers['x-minute-requests-left'] === '0') return 60_000;
  return null;
}

export function createEnrichmentClient({ baseUrl, clock, timeoutMs = 10_000 }: EnrichmentOptions): EnrichmentClient {
  const ask = async <T>(
    how: { method: 'GET' | 'POST'; path: string; body?: unknown },
    apiKey: string,
    signal: AbortSignal,
    parse: (answer: unknown) => T | null,
  ): Promise<Lookup<T>> => {
    try {
      const { statusCode, headers, body } = await request(`${baseUrl}${how.path}`, {
        method: how.method,
        headers: { 'x-api-key': apiKey, accept: 'application/json', 'content-type': 'application/json' },
        ...(how.body === undefined ? {} : { body: JSON.stringify(how.body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const refused = refusalOf(statusCode, waitMs(headers, clock.now()));
      if (refused !== null) {
        await body.dump();
        return refused;
      }
      const value = parse(JSON.parse(await textWithin(body, MAX_BYTES)));
      return value === null ? { kind: 'unknown' } : { kind: 'found', value };
    } catch (error) {
      return { kind: 'later', message: `no usable response: ${toError(error).message}`, retryAfterMs: null };
    }
  };

  return {
    organization: (domain, apiKey, signal) =>
      ask(
        { method: 'GET', path: `/organizations/enrich?domain=${encodeURIComponent(domain)}` },
        apiKey,
        signal,
        (answer) => z.object({ organization: organization.nullish() }).parse(answer).organization ?? null,
      ),
    person: (email, apiKey, signal) =>
      ask(
        { method: 'POST', path: '/people/match', body: { email } },
        apiKey,
        signal,
        (answer) => z.object({ person: person.nullish() }).parse(answer).person ?? null,
      ),
  };
}

type Refusal = Exclude<Lookup<never>, { kind: 'found' }>;

function refusalOf(status: number, retryAfterMs: number | null): Refusal | null {
  if (status === 200) return null;
  const message = `the provider returned ${status}`;
  if (status === 404) return { kind: 'unknown' };
  if (status === 401 || status === 403 || status === 402) return { kind: 'key_refused', message };
  if (status === 408 || status === 429 || status >= 500) return { kind: 'later', message, retryAfterMs };
  return { kind: 'rejected', message };
}
