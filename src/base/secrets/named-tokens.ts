// Bearer tokens with names for the audit log: `alice:tok1,viewer/bob:tok2`, or a single token.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isRole, type Role } from './roles.js';

export interface NamedToken {
  readonly name: string;
  readonly token: string;
  /** The role of its owner. Default `admin`. */
  readonly role?: Role;
}

const NAMED = /^(?:([\w-]{1,64})\/)?([\w.@-]{1,64}):(.*)$/;

/**
 * Reads a comma-separated list. A token without a name is called `unnamed`; `viewer/bob:…` and `operator/ci:…` have a role. Two
 * tokens may share a name (rotation). Returns null when a token is empty, that of a name too (`alice:` is no token called so),
 * has white space inside, or a role that does not exist.
 */
export function parseNamedTokens(text: string, unnamed: string): NamedToken[] | null {
  const tokens = text.split(',').map((entry) => tokenOf(entry.trim(), unnamed));
  return tokens.every((token) => token !== null) ? tokens : null;
}

function tokenOf(entry: string, unnamed: string): NamedToken | null {
  const [, role, name, named] = NAMED.exec(entry) ?? [];
  const token = named ?? entry;
  if (token === '' || /\s/.test(token)) return null;
  if (role === undefined) return { name: name ?? unnamed, token };
  return isRole(role) ? { name: name ?? unnamed, token, role } : null;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Finds the entry of a token, or null. An empty one is nobody’s. It takes the same time whatever the token is: digests of equal
 * length are compared, and every known token is looked at.
 */
export function createTokenCheck(tokens: readonly NamedToken[]): (presented: string) => NamedToken | null {
  const known = tokens.map((entry) => ({ entry, digest: digest(entry.token) }));
  return (presented) => {
    if (presented === '') return null;
    const candidate = digest(presented);
    let owner: NamedToken | null = null;
    for (const one of known) {
      if (timingSafeEqual(one.digest, candidate)) owner = one.entry;
    }
    return owner;
  };
}
