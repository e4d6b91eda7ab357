// A request to an external API, with a time limit. The response may be anything, not only JSON.
import { toError } from '../../../../base/errors.js';

export interface Answer {
  /** null: there was no response. */
  readonly status: number | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly error: string | null;
}

const LIMIT_MS = 10_000;

export async function ask(url: string, token: string, method: 'GET' | 'POST' = 'GET'): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body: unknown = await response.json().catch(() => ({}));
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    return { status: response.status, body: fields, headers: response.headers, error: null };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const { message } = toError(cause ?? error);
    const why = message || (cause as { code?: string } | undefined)?.code || 'no connection';
    return { status: null, body: {}, headers: new Headers(), error: why };
  }
}

/** The address that a variable names, or the provider's own. */
export const baseOf = (given: string | undefined, standard: string): string => (given || standard).replace(/\/+$/, '');
