// Secrets that callers present must be hard to guess: an empty one lets everyone in, and a short one is soon guessed.
import { SchedulerError } from '../errors.js';

export const SHORTEST_SECRET = 16;

export interface SecretPolicy {
  /** In `production` short secrets are refused, in `test` they are accepted, otherwise a warning is issued. Default: `NODE_ENV`. */
  readonly environment?: string | undefined;
  /** Called with a warning about short secrets outside production. Default: the logger if there is one, otherwise a process warning. */
  readonly warn?: ((message: string) => void) | undefined;
}

const emitWarning = (message: string): void => process.emitWarning(message, { code: 'PUNCTUAL_SHORT_SECRET' });

/** Throws INVALID_CONFIG when `secret` is empty, or in production shorter than 16 characters. `what` names it, never its value. */
export function requireStrongSecret(what: string, secret: string, policy: SecretPolicy = {}): void {
  const { environment = process.env.NODE_ENV ?? 'development', warn = emitWarning } = policy;
  if (typeof secret !== 'string' || secret.trim() === '') throw refusal(what, 'is empty: it would let everyone in');
  if (secret.length >= SHORTEST_SECRET || environment === 'test') return;
  const short = `is shorter than ${SHORTEST_SECRET} characters`;
  if (environment === 'production') throw refusal(what, short);
  warn(`${what} ${short}; production refuses it`);
}

const refusal = (what: string, why: string): SchedulerError =>
  new SchedulerError('INVALID_CONFIG', `${what} ${why}`, { errors: [{ path: what, message: why }] });
