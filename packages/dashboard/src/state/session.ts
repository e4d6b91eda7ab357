// Who is logged in, and what they may do. The API enforces it; the client only avoids offering what would be refused.
import { computed, signal } from '@preact/signals';
import type { Schemas } from '../api/client.js';
import type { ApiProblem } from '../api/problem.js';
import { asProblem } from '../api/problem.js';
import { guard, request } from '../api/request.js';
import { forgetQueries } from '../api/use-query.js';

export type Session = Schemas['Session'];
export type Role = Session['role'];

/** Each may do all that those before it may. */
const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'in'; readonly session: Session }
  | { readonly kind: 'out'; readonly by: 'token' | 'host'; readonly because: string | null }
  | { readonly kind: 'unreachable'; readonly problem: ApiProblem };

export const sessionState = signal<SessionState>({ kind: 'loading' });

export const session = computed(() => (sessionState.value.kind === 'in' ? sessionState.value.session : null));

/** Whether the person who looks has this role or a higher one. */
export const can = (role: Role): boolean =>
  session.value !== null && ROLES.indexOf(session.value.role) >= ROLES.indexOf(role);

function enter(session: Session): void {
  guard.csrf = session.csrf;
  sessionState.value = { kind: 'in', session };
}

function leave(problem: ApiProblem | null, because: string | null): void {
  guard.csrf = null;
  forgetQueries();
  sessionState.value = { kind: 'out', by: problem?.body.login === 'host' ? 'host' : 'token', because };
}

/** The code of a link that works once, taken out of the address at once. */
function takeLoginCode(): string | null {
  const code = /^#login=(.+)$/.exec(location.hash)?.[1] ?? null;
  if (code !== null) history.replaceState(null, '', location.pathname + location.search);
  return code;
}

/** Finds out who is logged in, at the start and when the server is back. */
export async function loadSession(): Promise<void> {
  const code = takeLoginCode();
  try {
    enter(
      code === null
        ? await request<Session>('/ui/session')
        : await request<Session>('/ui/login', { method: 'POST', body: { code } }),
    );
  } catch (error) {
    const problem = asProblem(error);
    // a link that was used before changes nothing for somebody who is logged in
    const still = code === null ? null : await request<Session>('/ui/session').catch(() => null);
    if (still) return enter(still);
    if (problem.status === 401 || code !== null) {
      return leave(problem, code === null ? null : 'This link has been used or has expired. Log in with your token.');
    }
    sessionState.value = { kind: 'unreachable', problem };
  }
}

/** Throws an ApiProblem for a wrong token. */
export async function logIn(token: string): Promise<void> {
  enter(await request<Session>('/ui/login', { method: 'POST', body: { token } }));
}

export async function logOut(): Promise<void> {
  await request('/ui/logout', { method: 'POST', body: {} });
  leave(null, 'You are logged out.');
}

/** A session that ends while somebody works brings the login page, and after it the same page again. */
export function watchSession(): void {
  guard.onUnauthenticated = (problem) => {
    if (session.value !== null) leave(problem, 'Your session has ended. Log in to go on.');
  };
  // a login link that is pasted into a page that is open already
  addEventListener('hashchange', () => {
    if (location.hash.startsWith('#login=')) void loadSession();
  });
}
