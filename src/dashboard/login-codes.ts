// One-time login links: the code is in the fragment of the URL, which reaches no server, proxy or log.
import { createHash, randomBytes } from 'node:crypto';
import { systemClock, type Clock } from '../base/clock.js';
import type { Role } from '../base/secrets/roles.js';

/** The name and role of the token whose session a code starts. */
export interface CodeOwner {
  readonly name: string;
  readonly role: Role;
}

export interface LoginCode {
  readonly code: string;
  readonly expiresAt: Date;
}

export interface LoginCodes {
  /** Issues a code that works once, in this process, for `lifeS` seconds. */
  issue(owner: CodeOwner, lifeS: number): LoginCode;
  /** The owner of the code; null: it is unknown, used or expired. */
  redeem(code: string): CodeOwner | null;
}

/** More than people need; beyond it the oldest code is dropped. */
const MOST_CODES = 1_000;

const digest = (code: string): string => createHash('sha256').update(code).digest('hex');

/** Codes are kept as digests in the memory of this process. */
export function createLoginCodes(clock: Clock = systemClock): LoginCodes {
  const issued = new Map<string, { readonly owner: CodeOwner; readonly expiresAt: Date }>();
  return {
    issue({ name, role }, lifeS) {
      const code = randomBytes(32).toString('base64url');
      const expiresAt = new Date(clock.now().getTime() + lifeS * 1_000);
      issued.set(digest(code), { owner: { name, role }, expiresAt });
      for (const oldest of issued.keys()) if (issued.size > MOST_CODES) issued.delete(oldest);
      return { code, expiresAt };
    },
    redeem(code) {
      const key = digest(code);
      const found = issued.get(key);
      issued.delete(key);
      return found && found.expiresAt > clock.now() ? found.owner : null;
    },
  };
}
