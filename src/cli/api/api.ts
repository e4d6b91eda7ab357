// The server's admin API over fetch: JSON in and out, and errors that say what to do.
import { Readable } from 'node:stream';
import { toError } from '../../base/errors.js';
import { failure } from '../kit/failure.js';
import { readEvents, type ServerEvent } from './events.js';
import { problemOf } from './problem.js';
import type { ServerSettings } from './settings.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Api {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  /** Streams CSV, without a time limit. */
  upload<T>(path: string, query: Query, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<T>;
  /** Ends with the stream, or silently when the signal aborts. */
  events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent>;
}

/** A trigger responds within 120 s. */
const LIMIT_MS = 130_000;

/** Each call rejects with a SchedulerError: SERVER_UNREACHABLE, SERVER_UNKNOWN, or the error of the server. */
export function createApi({ base, token }: ServerSettings): Api {
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { Authorization: `Bearer ${token}`, ...init.headers };
    const response = await fetch(`${base}${path}`, { ...init, headers, redirect: 'manual' }).catch((error: unknown) => {
      throw unreachable(base, error);
    });
    if (response.ok) return response;
    throw await problemOf(response, base);
  };
  const send = async <T>(method: string, path: string, body?: object, headers: object = {}): Promise<T> => {
    const response = await call(path, {
      method,
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: { ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return readJson<T>(response, base);
  };
  return {
    get: (path, query = {}) => send('GET', `${path}${search(query)}`),
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body) => send('PATCH', path, body),
    async upload(path, query, chunks, signal) {
      const body = Readable.toWeb(Readable.from(chunks, { objectMode: false })) as ReadableStream<Uint8Array>;
      const init: RequestInit = {
        ...{ method: 'POST', headers: { 'Content-Type': 'text/csv' }, body, duplex: 'half', signal },
      };
      return readJson(await call(`${path}${search(query)}`, init), base);
    },
    async *events(path, signal) {
      const response = await call(path, { signal, headers: { Accept: 'text/event-stream' } });
      if (response.body) yield* readEvents(response.body, signal);
    },
  };
}

function search(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

async function readJson<T>(response: Response, base: string): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw failure(
      'SERVER_UNKNOWN',
      `the server at ${base} is not Punctual: set PUNCTUAL_URL to the server, or to where the admin routes are mounted`,
      {},
      { cause: error },
    );
  }
}

function unreachable(base: string, error: unknown): Error {
  const { name, cause } = error as { readonly name?: string; readonly cause?: unknown };
  const why =
    name === 'TimeoutError' ? `it did not reply within ${LIMIT_MS / 1_000} s` : toError(cause ?? error).message;
  const reason = why || (cause as { code?: string } | undefined)?.code || 'no connection';
  return failure(
    'SERVER_UNREACHABLE',
    `cannot reach the server at ${base}: ${reason}. Is it running? PUNCTUAL_URL (or --url) says where it is`,
    {},
    { cause: error },
  );
}
