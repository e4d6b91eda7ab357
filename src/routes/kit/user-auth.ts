// Who is the application's user? By default a JWT: `sub` is the user, `workspace_id` the workspace.
import type { Request } from 'express';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { SchedulerError, toError } from '../../base/errors.js';
import type { Identity } from './authenticate.js';

export interface UserIdentity extends Identity {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** Answers who it is, or null: 401. */
export type AuthenticateUser = (request: Request) => Promise<UserIdentity | null> | UserIdentity | null;

export interface JwtOptions {
  /** Shared secret, HS256. Either this or `jwksUrl`. */
  readonly secret?: string | null;
  /** Where the public keys of the tokens are published; RS, PS, ES and EdDSA. */
  readonly jwksUrl?: string | null;
}

const BEARER = /^Bearer +([^\s]+) *$/i;
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Checks the signature, `exp` and `nbf`. The algorithm is what was configured, never what the token says. */
export function jwtUsers({ secret, jwksUrl }: JwtOptions): AuthenticateUser {
  const verify = verifier({ secret: secret ?? null, jwksUrl: jwksUrl ?? null });
  return async (request) => {
    const token = BEARER.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined || verify === null) return null;
    const claims = await verify(token).catch(refusedOrThrown);
    return claims === null ? null : identityOf(claims);
  };
}

/** What jose says when it could not get the keys: nothing was found out about the token. */
const KEYS_MISSING = new Set(['ERR_JOSE_GENERIC', errors.JWKSTimeout.code, errors.JWKSInvalid.code]);

/** null: the token is not valid. Throws KEYS_UNAVAILABLE when that cannot be known, so that a right token is not taken for a wrong one. */
function refusedOrThrown(thrown: unknown): null {
  if (thrown instanceof errors.JOSEError && !KEYS_MISSING.has(thrown.code)) return null;
  const { message } = toError(thrown);
  throw new SchedulerError(
    'KEYS_UNAVAILABLE',
    `the keys of API_JWKS_URL cannot be had: ${message}`,
    {},
    { cause: thrown },
  );
}

function verifier({ secret, jwksUrl }: Required<JwtOptions>): ((token: string) => Promise<JWTPayload>) | null {
  if (secret !== null) {
    const key = new TextEncoder().encode(secret);
    return async (token) => (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload;
  }
  if (jwksUrl === null) return null;
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (token) => (await jwtVerify(token, keys, { algorithms: ASYMMETRIC })).payload;
}

function identityOf(claims: JWTPayload): UserIdentity | null {
  const { sub, workspace_id: workspace } = claims;
  if (typeof sub !== 'string' || sub === '') return null;
  return { name: sub, userId: sub, workspaceId: typeof workspace === 'string' && workspace !== '' ? workspace : null };
}
