// Rules for options that several routers share. Throwing at creation is better than a router that accepts the wrong callers.
import { checkOptions, type RuleTable, type RulesOf } from '../../base/options/check-options.js';
import {
  anyText,
  callback,
  having,
  listOf,
  nonEmpty,
  oneOf,
  options,
  required,
  rule,
} from '../../base/options/option-rules.js';
import type { NamedToken } from '../../base/secrets/named-tokens.js';
import { ROLES } from '../../base/secrets/roles.js';
import type { SecretPolicy } from '../../base/secrets/secret-strength.js';
import type { OriginOptions } from './auth/same-origin.js';

/** Whether a token is acceptable is checked by `requireStrongSecret`. */
const TOKEN_RULES: RulesOf<NamedToken> = {
  name: required(nonEmpty),
  token: required(anyText),
  role: oneOf(ROLES),
};
export const tokenList = listOf(options(TOKEN_RULES));

export const SECRET_RULES: RulesOf<SecretPolicy> = { environment: nonEmpty, warn: callback };
export const ORIGIN_RULES: RulesOf<OriginOptions> = { trustedOrigins: listOf(anyText) };

export const routeLogger = having('a logger with info, warn and error', 'info', 'warn', 'error');
export const routeClock = having('a clock', 'now', 'monotonicMs');
export const abortSignal = rule('an AbortSignal', (value) => value instanceof AbortSignal);
export const handlers = listOf(rule('a request handler', (value) => typeof value === 'function'));

/** No caller waits for longer. */
export const LONGEST_CALL_MS = 86_400_000;

/** Throws INVALID_CONFIG with the path of each option that is wrong. */
export const checkRoutes = (what: string, given: unknown, rules: RuleTable): void =>
  checkOptions('INVALID_CONFIG', what, given, rules);
