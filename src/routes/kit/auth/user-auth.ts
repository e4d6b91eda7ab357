// Authentication of the application's users. By default a JWT: `sub` is the user, `workspace_id` the workspace.
import type { Request } from 'express';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Rule, RulesOf } from '../../../base/options/check-options.js';
import { SchedulerError } from '../../../base/errors.js';
import { anyText, flag, listOf, orNull, url } from '../../../base/options/option-rules.js';
import { requireStrongSecret, type SecretPolicy } from '../../../base/secrets/secret-strength.js';
import type { Identity } from './authenticate.js';
import { checkRoutes, SECRET_RULES } from '../option-rules.js';

export interface UserIdentity extends Omit<Identity, 'role'> {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** Returns the caller, or null for a 401. */
export type AuthenticateUser = (request: Request) => Promise<UserIdentity | null> | UserIdentity | null;

export interface JwtOptions extends SecretPolicy {
  /** Shared secret of at least 16 characters, HS256. Either this or `jwksUrl`. */
  readonly secret?: string | null;
  /** URL of the public keys of the tokens; RS, PS, ES and EdDSA. */
  readonly jwksUrl?: string | null;
  /** Required `aud` of tokens; of several, one must match. Default: any, so that tokens for other applications are accepted. */
  readonly audience?: string | readonly string[] | null;
  /** Required `iss` of tokens, or several. Default: any. */
  readonly issuer?: string | readonly string[] | null;
  /** Accepts tokens without `exp`, which never expire. Default false. */
  readonly allowNoExp?: boolean;
}

const names: Rule = {
  allows: 'a string, a list of strings, or null',
  check: (value, path, errors) => {
    if (Array.isArray(value)) listOf(anyText).check(value, path, errors);
    else orNull(anyText).check(value, path, errors);
  },
};

export const JWT_RULES: RulesOf<JwtOptions> = {
  ...SECRET_RULES,
  secret: orNull(anyText),
  jwksUrl: orNull(url('http', 'https')),
  audience: names,
  issuer: names,
  allowNoExp: flag,
};

const BEARER = /^Bearer +([^\s]+) *$/i;
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Checks the signature, `exp`, `nbf`, and `aud` and `iss` if they are configured. The algorithm is the configured one, never that of the
 * token. Throws INVALID_CONFIG for an empty secret, and in production for a short one.
 */
export function jwtUsers(options: JwtOptions): AuthenticateUser {
  checkRoutes('jwtUsers', options, JWT_RULES);
  const verify = verifier(options);
  return async (request) => {
    const token = BEARER.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined || verify === null) return null;
    const claims = await verify(token).catch(refusedOrThrown);
    return claims === null ? null : identityOf(claims);
  };
}

/** Errors of jose when it could not fetch the keys, so that nothing is known about the token. */
const KEYS_MISSING = new Set(['ERR_JOSE_GENERIC', errors.JWKSTimeout.code, errors.JWKSInvalid.code]);

/**
 * null: the token is not valid. Throws KEYS_UNAVAILABLE if that cannot be determined, so that a valid token is not treated as a wrong one.
 */
function refusedOrThrown(thrown: unknown): null {
  if (thrown instanceof errors.JOSEError && !KEYS_MISSING.has(thrown.code)) return null;
  throw new SchedulerError('KEYS_UNAVAILABLE', 'the keys of user tokens cannot be fetched', {}, { cause: thrown });
}

type Verify = (token: string) => Promise<JWTPayload>;

function verifier({ secret = null, jwksUrl = null, ...options }: JwtOptions): Verify | null {
  const claims = claimsOf(options);
  if (secret !== null) {
    requireStrongSecret('the JWT secret', secret, options);
    const key = new TextEncoder().encode(secret);
    return async (token) => (await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] })).payload;
  }
  if (jwksUrl === null) return null;
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (token) => (await jwtVerify(token, keys, { ...claims, algorithms: ASYMMETRIC })).payload;
}

/** An empty list would accept no token, or any: it counts as not given. */
function claimsOf({ audience, issuer, allowNoExp = false }: JwtOptions): JWTVerifyOptions {
  const list = (value: JwtOptions['audience']): string[] => [value ?? []].flat().filter((one) => one !== '');
  const [audiences, issuers] = [list(audience), list(issuer)];
  return {
    ...(audiences.length > 0 ? { audience: audiences } : {}),
    ...(issuers.length > 0 ? { issuer: issuers } : {}),
    requiredClaims: allowNoExp ? [] : ['exp'],
  };
}

function identityOf(claims: JWTPayload): UserIdentity | null {
  const { sub, workspace_id: workspace } = claims;
  if (typeof sub !== 'string' || sub === '') return null;
  return { name: sub, userId: sub, workspaceId: typeof workspace === 'string' && workspace !== '' ? workspace : null };
}
