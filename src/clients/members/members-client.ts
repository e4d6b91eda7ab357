// The client of a members API like Whop's: one page per call, and every outcome is a value.
import { Pool } from 'undici';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.js';
import { toError } from '../../base/errors.js';
import { textOf } from '../http/decode-body.js';
import { exchangeWithin } from '../http/exchange-within.js';
import { cursorPage, memberOf, numberedPage, type ProvidedMember } from './page-schemas.js';
import { waitOf } from './rate-headers.js';

export type { ProvidedMember };

export interface MembersPage {
  readonly members: readonly ProvidedMember[];
  /** Of the whole audience, where the API says so. */
  readonly total: number | null;
  /** The next page's number or cursor, depending on the style; null: this was the last one. */
  readonly next: string | null;
}

export type PageAnswer =
  | { readonly kind: 'page'; readonly page: MembersPage; readonly waitMs: number }
  /** The key is wrong, revoked, or lacks the permission. */
  | { readonly kind: 'key_refused'; readonly message: string }
  /** It will never accept this request, for example because the audience is unknown. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** Too many requests; `waitMs` is the requested wait, or 0. */
  | { readonly kind: 'limited'; readonly message: string; readonly waitMs: number }
  /** No usable response this time. */
  | { readonly kind: 'failed'; readonly message: string; readonly waitMs: number };

export interface PageQuestion {
  readonly apiKey: string;
  readonly audience: string;
  /** A page's number or a cursor; null: from the beginning. */
  readonly at: string | null;
  readonly signal: AbortSignal;
}

export interface MembersClient {
  readonly style: 'page' | 'cursor';
  page(question: PageQuestion): Promise<PageAnswer>;
  close(): Promise<void>;
}

export interface MembersClientOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly style: 'page' | 'cursor';
  readonly clock: Clock;
  readonly perPage?: number;
  /** For one page, from the request to the end of its body. Default 20,000. */
  readonly timeoutMs?: number;
  /** Connections at once. Default 64. */
  readonly connections?: number;
}

const MAX_BYTES = 8 * 1_048_576;

export function createMembersClient(options: MembersClientOptions): MembersClient {
  const { baseUrl, style, clock, perPage = 100, timeoutMs = 20_000, connections = 64 } = options;
  const { origin, pathname } = new URL(`${baseUrl}/members`);
  // undici's own time-outs would only add timers: each call has one for its whole duration
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const pathOf = ({ audience, at }: PageQuestion): string => {
    const paging: Record<string, string> =
      style === 'page'
        ? { page: at ?? '1', per: String(perPage) }
        : { first: String(perPage), ...(at === null ? {} : { after: at }) };
    return `${pathname}?${new URLSearchParams({ ...paging, audience }).toString()}`;
  };

  const page = async (question: PageQuestion): Promise<PageAnswer> => {
    const { apiKey, signal } = question;
    const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };
    const request = { origin, path: pathOf(question), method: 'GET', headers, body: null };
    try {
      const answer = await exchangeWithin(pool, request, { timeoutMs, maxBytes: MAX_BYTES, signal });
      const waitMs = waitOf(answer.headers, clock.now());
      if (answer.status !== 200) return refusalOf(answer.status, waitMs);
      return { kind: 'page', page: parsePage(style, JSON.parse(textOf(answer.body, 'utf8'))), waitMs };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'failed', message: messageOf(error), waitMs: 0 };
    }
  };
  return { style, page, close: () => pool.close() };
}

/** Never the key, and nothing of the body. */
function messageOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the response is not JSON';
  return toError(error).message.slice(0, 300);
}

function refusalOf(status: number, waitMs: number): PageAnswer {
  const message = `the members API responded with ${status}`;
  if (status === 401 || status === 403) return { kind: 'key_refused', message };
  if (status === 429) return { kind: 'limited', message, waitMs };
  if (status >= 500 || status === 408 || status === 425) return { kind: 'failed', message, waitMs };
  return { kind: 'rejected', message };
}

/** Throws an Error that says where the page is invalid. */
function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`the response is not a page of members: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

function parsePage(style: 'page' | 'cursor', value: unknown): MembersPage {
  if (style === 'page') {
    const { pagination, data } = checked(numberedPage, value);
    const next = pagination.next_page === null || data.length === 0 ? null : String(pagination.next_page);
    return { members: data.map(memberOf), next, total: pagination.total_count ?? null };
  }
  const { data, page_info: info } = checked(cursorPage, value);
  if (info.has_next_page && !info.end_cursor) {
    throw new Error(
      'the response is not a page of members: page_info.end_cursor: is missing though there is a next page',
    );
  }
  const next = info.has_next_page ? (info.end_cursor ?? null) : null;
  return { members: data.map(memberOf), next, total: info.total_count ?? null };
}
