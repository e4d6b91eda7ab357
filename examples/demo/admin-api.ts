// The demo talks to the server as an operator does: over HTTP, with a token.

export interface RunView {
  readonly id: string;
  readonly trigger: string;
  readonly status: string;
  readonly duration_ms: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly stopped_early: boolean;
  readonly error_groups: Readonly<Record<string, number>>;
}

export interface SubscriptionView {
  readonly id: string;
  readonly status: string;
  readonly schedule: unknown;
  readonly next_run_at: string | null;
}

export interface JobView {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly workspace_id: string | null;
  readonly result: { readonly found?: boolean } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface AdminApi {
  readonly url: string;
  readonly token: string;
  /** Anything but a 2xx rejects with what the server said. */
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: unknown, headers?: Record<string, string>): Promise<T>;
}

export function createAdminApi(url: string, token: string): AdminApi {
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers };
    const reply = await fetch(`${url}/admin${path}`, { ...init, headers });
    const text = await reply.text();
    if (!reply.ok)
      throw new Error(`${init.method ?? 'GET'} /admin${path} returned ${reply.status}: ${text.slice(0, 500)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    url,
    token,
    get: (path) => call(path, {}),
    send: (method, path, body, headers = {}) => call(path, { method, headers, body: JSON.stringify(body) }),
  };
}
