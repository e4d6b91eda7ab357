// Decides who may call the admin API, depending on its options: by tokens and dashboard sessions, or by the host's authentication.
import type { Request } from 'express';
import type { Clock } from '../../base/clock.js';
import { SchedulerError } from '../../base/errors.js';
import type { Logger } from '../../base/logger.js';
import type { NamedToken } from '../../base/secrets/named-tokens.js';
import type { SecretPolicy } from '../../base/secrets/secret-strength.js';
import { createLoginCodes, type LoginCodes } from '../../dashboard/login-codes.js';
import { bearerTokens, policyOf, type Authenticate } from '../kit/auth/authenticate.js';
import type { Logins } from '../resources/session.js';
import { createSessions } from './sessions.js';

export interface AdminAccess {
  readonly authenticate: Authenticate;
  /** null: the login is the host's. */
  readonly logins: Logins | null;
}

export interface AccessOptions extends SecretPolicy {
  readonly authenticate?: Authenticate;
  readonly tokens?: readonly NamedToken[];
  readonly loginCodes?: LoginCodes;
  readonly logger?: Logger;
}

/** Throws INVALID_CONFIG when neither `authenticate` nor `tokens` is given. */
export function adminAccess(options: AccessOptions, clock: Clock): AdminAccess {
  const { authenticate, tokens, loginCodes } = options;
  if (authenticate) return { authenticate, logins: null };
  if (tokens && tokens.length > 0) return tokenAccess(tokens, policyOf(options), clock, loginCodes);
  const message = 'is needed, or `tokens`: the routes must not be open to everyone';
  throw new SchedulerError('INVALID_CONFIG', `adminRoutes: authenticate ${message}`, {
    errors: [{ path: 'authenticate', message }],
  });
}

function tokenAccess(
  tokens: readonly NamedToken[],
  policy: SecretPolicy,
  clock: Clock,
  codes = createLoginCodes(clock),
): AdminAccess {
  const byToken = bearerTokens(tokens, policy);
  const sessions = createSessions(tokens, clock);
  // if a token is sent, only the token counts: a wrong one is refused
  const authenticate = (request: Request) =>
    request.get('authorization') === undefined ? sessions.read(request.get('cookie') ?? '') : byToken(request);
  return { authenticate, logins: { sessions, codes } };
}
