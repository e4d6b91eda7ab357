// The session in a cookie: signed with a key that is derived from the token of the login, so that every instance accepts it and replacing a
// token ends its sessions. Pure.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export const SESSION_COOKIE = 'punctual_session';

export interface SessionClaims {
  /** The name of the token. */
  readonly name: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly startedS: number;
  readonly expiresS: number;
  /** The cookie was set with `Secure`. */
  readonly secure: boolean;
}

export type SessionKey = Buffer;

export const sessionKey = (token: string): SessionKey =>
  Buffer.from(hkdfSync('sha256', token, '', 'punctual dashboard session', 32));

const sign = (key: SessionKey, purpose: 'session' | 'csrf', text: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}:${text}`).digest();

export function sealSession(key: SessionKey, claims: SessionClaims): string {
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${text}.${sign(key, 'session', text).toString('base64url')}`;
}

/** The content of a value that was signed with one of these keys, whether or not it has expired; null: it was not. */
export function openSession<K extends { readonly key: SessionKey; readonly name: string }>(
  value: string,
  keys: readonly K[],
): { readonly claims: SessionClaims; readonly signedBy: K } | null {
  const [text = '', signature = '', ...more] = value.split('.');
  const given = Buffer.from(signature, 'base64url');
  if (more.length > 0 || given.length !== 32) return null;
  const signedBy = keys.find(({ key }) => timingSafeEqual(sign(key, 'session', text), given));
  if (signedBy === undefined) return null;
  // the signed text was written by `sealSession`
  const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as SessionClaims;
  return claims.name === signedBy.name ? { claims, signedBy } : null;
}

/** The CSRF token that changes of this session send in a header: pages of other origins cannot know it. */
export const csrfOf = (key: SessionKey, { id }: SessionClaims): string => sign(key, 'csrf', id).toString('base64url');

/** The values of a cookie in the `Cookie` header: there may be several, for different paths. */
export const cookieValues = (header: string, name: string): string[] =>
  header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));

const UNSAFE_IN_PATH = /[^\w\-./~%!$&'()*+,:=@]/g;

/** The `Set-Cookie` header. `maxAgeS` of 0 deletes it. */
export function sessionCookie(
  value: string,
  { path, maxAgeS, secure }: { readonly path: string; readonly maxAgeS: number; readonly secure: boolean },
): string {
  const safePath = path.replaceAll(UNSAFE_IN_PATH, encodeURIComponent) || '/';
  const flags = `HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${SESSION_COOKIE}=${value}; Path=${safePath}; Max-Age=${maxAgeS}; ${flags}`;
}
