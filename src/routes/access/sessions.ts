// Dashboard sessions if callers have tokens: started with a token or a code, kept in a signed cookie, extended while in use.
import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Clock } from '../../base/clock.js';
import { createTokenCheck, type NamedToken } from '../../base/secrets/named-tokens.js';
import type { Role } from '../../base/secrets/roles.js';
import type { CodeOwner } from '../../dashboard/login-codes.js';
import {
  cookieValues,
  csrfOf,
  openSession,
  sealSession,
  SESSION_COOKIE,
  sessionCookie,
  sessionKey,
  type SessionClaims,
  type SessionKey,
} from '../../dashboard/session-cookie.js';
import { identityOf, type Identity } from '../kit/auth/authenticate.js';

export interface Session {
  readonly csrf: string;
  readonly expiresAt: Date;
}

/** A caller with a session. */
export interface SessionIdentity extends Identity {
  readonly role: Role;
  readonly session: Session;
}

export interface OpenedSession {
  readonly identity: SessionIdentity;
  /** For the header `Set-Cookie`. */
  readonly cookie: string;
}

/** Attributes of the cookie: its path, and whether it is sent only over HTTPS. */
export interface CookieOptions {
  readonly path: string;
  readonly secure: boolean;
}

export interface Sessions {
  /** The owner of this token; null: unknown. */
  ownerOf(token: string): CodeOwner | null;
  /** A new session, whatever session the caller had; null: the token no longer exists. */
  begin(owner: CodeOwner, options: CookieOptions): OpenedSession | null;
  /** The session in the `Cookie` header; null: no valid one. */
  read(cookies: string): SessionIdentity | null;
  /** The cookie with a later expiry, if it is worth renewing. */
  renew(cookies: string, path: string): string | null;
  /** Deletes the cookie. */
  end(path: string): string;
}

const LIFE_S = 8 * 3_600;
/** Maximum lifetime with renewals; after it, the token is required again. */
const LONGEST_LIFE_S = 7 * 86_400;
const RENEW_AFTER_S = 600;

interface Key {
  readonly name: string;
  readonly role: Role;
  readonly key: SessionKey;
}

export function createSessions(tokens: readonly NamedToken[], clock: Clock): Sessions {
  const keys = tokens.map(({ name, role = 'admin', token }): Key => ({ name, role, key: sessionKey(token) }));
  const owner = createTokenCheck(tokens);
  const nowS = (): number => Math.floor(clock.now().getTime() / 1_000);

  const opened = (claims: SessionClaims, { key, role, name }: Key, path: string): OpenedSession => ({
    identity: {
      name,
      role,
      session: { csrf: csrfOf(key, claims), expiresAt: new Date(claims.expiresS * 1_000) },
    },
    cookie: sessionCookie(sealSession(key, claims), {
      path,
      secure: claims.secure,
      maxAgeS: claims.expiresS - nowS(),
    }),
  });

  const valid = (cookies: string) => {
    for (const value of cookieValues(cookies, SESSION_COOKIE)) {
      const found = openSession(value, keys);
      if (found && found.claims.expiresS > nowS()) return found;
    }
    return null;
  };

  return {
    ownerOf(token) {
      const found = owner(token);
      return found && { name: found.name, role: found.role ?? 'admin' };
    },
    begin({ name, role }, { path, secure }) {
      const key = keys.find((one) => one.name === name && one.role === role);
      if (key === undefined) return null;
      const now = nowS();
      return opened({ name, id: randomUUID(), startedS: now, expiresS: now + LIFE_S, secure }, key, path);
    },
    read(cookies) {
      const found = valid(cookies);
      return found && opened(found.claims, found.signedBy, '/').identity;
    },
    renew(cookies, path) {
      const found = valid(cookies);
      if (found === null) return null;
      const { claims, signedBy } = found;
      const expiresS = Math.min(nowS() + LIFE_S, claims.startedS + LONGEST_LIFE_S);
      if (expiresS - claims.expiresS < RENEW_AFTER_S) return null;
      return opened({ ...claims, expiresS }, signedBy, path).cookie;
    },
    end: (path) => sessionCookie('', { path, maxAgeS: 0, secure: false }),
  };
}

/** The session of a request that `requireIdentity` has let in. */
export const sessionOf = (request: Request): Session | null =>
  (identityOf(request) as Partial<SessionIdentity>).session ?? null;
