// Who calls? Bearer tokens with names, or whatever the host says; wrong guesses are counted per address, right ones never limited.
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import { createTokenCheck, type NamedToken } from '../../base/named-tokens.js';
import { requireStrongSecret, type SecretPolicy } from '../../base/secret-strength.js';

/** A caller that is let in; the name goes to the audit log. */
export interface Identity {
  readonly name: string;
}

/** Returns who it is, or null: 401. */
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
    const name = owner(BEARER.exec(request.get('authorization') ?? '')?.[1] ?? '');
    return name === null ? null : { name };
  };
}

/** How secrets are judged: short ones are named in the log of the routes. */
export const policyOf = ({ logger, ...policy }: SecretPolicy & { readonly logger?: Logger }): SecretPolicy => ({
  environment: policy.environment,
  warn: policy.warn ?? (logger && ((message) => logger.warn(message))),
});

const IDENTITY = 'punctual.identity';
const WRONG_PER_MINUTE = 600;

/** Lets those through whom `authenticate` knows, and remembers who they are for `identityOf`. */
export function requireIdentity(authenticate: Authenticate): RequestHandler {
  const wrongGuesses = rateLimit({
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
  return async (request, response, next) => {
    const identity = await authenticate(request);
    if (identity !== null) {
      response.locals[IDENTITY] = identity;
      return next();
    }
    await wrongGuesses(request, response, (error?: unknown) => next(error ?? unauthenticated()));
  };
}

const unauthenticated = (): SchedulerError =>
  new SchedulerError('UNAUTHENTICATED', 'say who you are: Authorization: Bearer <token>');

/** Who made this request; set by `requireIdentity`. */
export const identityOf = (request: Request): Identity =>
  (request.res?.locals[IDENTITY] as Identity | undefined) ?? { name: 'anonymous' };
