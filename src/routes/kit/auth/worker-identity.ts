// Authentication of external cron services: a Bearer token, or the cron secret in its own header.
import type { Request } from 'express';
import type { RulesOf } from '../../../base/options/check-options.js';
import type { Logger } from '../../../base/logger.js';
import type { NamedToken } from '../../../base/secrets/named-tokens.js';
import { anyText, orNull, required } from '../../../base/options/option-rules.js';
import type { SecretPolicy } from '../../../base/secrets/secret-strength.js';
import { bearerTokens, policyOf, type Authenticate } from './authenticate.js';
import { routeLogger, SECRET_RULES, tokenList } from '../option-rules.js';

export interface WorkerAccess extends SecretPolicy {
  /** Bearer tokens of callers that may start work, each of at least 16 characters. */
  readonly workerTokens: readonly NamedToken[];
  /** A secret that may also be sent as `X-Worker-Secret`. */
  readonly cronSecret?: string | null;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

export const ACCESS_RULES: RulesOf<WorkerAccess> = {
  ...SECRET_RULES,
  workerTokens: required(tokenList),
  cronSecret: orNull(anyText),
  logger: routeLogger,
};

export function workerIdentity(access: WorkerAccess): Authenticate {
  const { workerTokens, cronSecret } = access;
  const policy = policyOf(access);
  const byToken = bearerTokens(workerTokens, policy);
  const bySecret = bearerTokens(typeof cronSecret === 'string' ? [{ name: 'cron', token: cronSecret }] : [], policy);
  return async (request) => (await byToken(request)) ?? bySecret(withBearer(request));
}

/** The same constant-time check for a secret that was sent in its own header. */
const withBearer = (request: Request): Request =>
  ({ get: () => `Bearer ${request.get('x-worker-secret') ?? ''}` }) as unknown as Request;
