// Authentication: bearer tokens with names, or the host's own. Wrong guesses are counted per address; valid tokens are never limited.
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { SchedulerError, toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import { createTokenCheck, type NamedToken } from '../../../base/secrets/named-tokens.js';
import type { Role } from '../../../base/secrets/roles.js';
import { requireStrongSecret, type SecretPolicy } from '../../../base/secrets/secret-strength.js';
import { forwardRejections } from '../forward-rejections.js';

/** An authenticated caller; the name is recorded in the audit log. */
export interface Identity {
  readonly name: string;
  /** The role in the admin API. Default `admin`. */
  readonly role?: Role;
}

/** Returns the caller, or null for a 401. */
export type Authenticate = (request: Request) => Promise<Identity | null> | Identity | null;

const BEARER = /^Bearer +([^\s]+) *$/i;

/**
 * Accepts `Authorization: Bearer` with one of these tokens, compared in constant time. Throws INVALID_CONFIG for an empty token,
 * and in production for one that is shorter than 16 characters.
 */
export function bearerTokens(tokens: readonly NamedToken[], policy: SecretPolicy = {}): Authenticate {
  for (const { name, token } of tokens) requireStrongSecret(`the token "${name}"`, token, policy);
  const owner = createTokenCheck(tokens);
  return (request) => {
    const found = owner(BEARER.exec(request.get('authorization') ?? '')?.[1] ?? '');
    return found && { name: found.name, ...(found.role ? { role: found.role } : {}) };
  };
}

/** How the strength of secrets is checked: short ones are reported in the log of the routes. */
export const policyOf = ({ logger, ...policy }: SecretPolicy & { readonly logger?: Logger }): SecretPolicy => ({
  environment: policy.environment,
  warn: policy.warn ?? (logger && ((message) => logger.warn(message))),
});

const IDENTITY = 'punctual.identity';
const WRONG_PER_MINUTE = 600;

/** Counts a wrong guess; rejects with TOO_MANY_REQUESTS when its address has made too many. */
export type GuessLimit = (request: Request, response: Response) => Promise<void>;

export function createGuessLimit(): GuessLimit {
  const count = rateLimit({
    windowMs: 60_000,
    limit: WRONG_PER_MINUTE,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    handler: (_request, response, next, { windowMs }) => {
      response.set('Retry-After', String(windowMs / 1_000));
      next(new SchedulerError('TOO_MANY_REQUESTS', 'too many wrong tokens from this address; wait a minute'));
    },
  });
  return (request, response) =>
    new Promise((resolve, reject) => {
      const next: NextFunction = (error?: unknown) => (error === undefined ? resolve() : reject(toError(error)));
      Promise.resolve(count(request, response, next)).catch(reject);
    });
}

export interface GuardOptions {
  /** Shared by routers that belong together. Default: a new one. */
  readonly limit?: GuessLimit;
  /** The message for unknown callers. */
  readonly refusal?: () => SchedulerError;
}

/** Lets callers through that `authenticate` accepts, and stores their identity for `identityOf`. */
export const requireIdentity = (
  authenticate: Authenticate,
  { limit = createGuessLimit(), refusal = unauthenticated }: GuardOptions = {},
): RequestHandler =>
  forwardRejections(async (request, response, next) => {
    const identity = await authenticate(request);
    if (identity === null) {
      await limit(request, response);
      throw refusal();
    }
    response.locals[IDENTITY] = identity;
    next();
  });

/** `login` says which login applies: the dashboard's, which takes a token, or the host's. */
export const unauthenticated = (login?: 'token' | 'host'): SchedulerError =>
  new SchedulerError(
    'UNAUTHENTICATED',
    'authentication is required: send Authorization: Bearer <token>',
    login ? { login } : {},
  );

/** Who made this request; set by `requireIdentity`. */
export const identityOf = (request: Request): Identity =>
  (request.res?.locals[IDENTITY] as Identity | undefined) ?? { name: 'anonymous' };
