// Sends one API request with the session cookie and the CSRF header, and throws problems as errors.
import { BASE } from '../base.js';
import { ApiProblem, isAbort, unreachable } from './problem.js';

export interface RequestOptions {
  readonly method?: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type QueryValue = string | number | boolean | undefined | null;

interface Guard {
  /** Sent with every request of a session that changes something. */
  csrf: string | null;
  /** Called when the session has ended. */
  onUnauthenticated: (problem: ApiProblem) => void;
}

/** Set by the session. */
export const guard: Guard = { csrf: null, onUnauthenticated: () => {} };

/** Includes only parameters that are set; empty filters are omitted. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
}

function headersOf({ method = 'GET', body, headers }: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method !== 'GET' && guard.csrf !== null ? { 'x-punctual-csrf': guard.csrf } : {}),
    ...headers,
  };
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '');
  try {
    return new ApiProblem(response.status, JSON.parse(text) as object);
  } catch {
    return new ApiProblem(response.status, { title: response.statusText, detail: text.slice(0, 200) });
  }
}

/** Returns the response, regardless of its status. Throws an ApiProblem with status 0 if there is none. */
export async function rawRequest(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', query = {}, body, signal } = options;
  try {
    return await fetch(`${BASE}${path}${queryString(query)}`, {
      method,
      headers: headersOf(options),
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable();
  }
}

/** Returns the body of a successful response; throws an ApiProblem otherwise. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await rawRequest(path, options);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401) guard.onUnauthenticated(problem);
    throw problem;
  }
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
