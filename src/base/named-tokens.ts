// Bearer tokens with names, so that the audit log says who: `alice:tok1,ci:tok2`, or one token alone.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

const NAMED = /^([\w.@-]{1,64}):(.*)$/;

/**
 * Reads a comma-separated list. A token without a name is called `unnamed`. Two tokens may share a name (rotation).
 * Returns null when a token is empty, that of a name too (`alice:` is no token called so), or has white space inside.
 */
export function parseNamedTokens(text: string, unnamed: string): NamedToken[] | null {
  const tokens = text.split(',').map((entry): NamedToken => {
    const [, name, token] = NAMED.exec(entry.trim()) ?? [];
    return name && token !== undefined ? { name, token } : { name: unnamed, token: entry.trim() };
  });
  return tokens.every(({ token }) => token !== '' && !/\s/.test(token)) ? tokens : null;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Returns who owns a token, or null. An empty one is nobody’s. It takes the same time whatever the token is: digests of equal length are compared,
 * and every known token is looked at.
 */
export function createTokenCheck(tokens: readonly NamedToken[]): (presented: string) => string | null {
  const known = tokens.map(({ name, token }) => ({ name, digest: digest(token) }));
  return (presented) => {
    if (presented === '') return null;
    const candidate = digest(presented);
    let owner: string | null = null;
    for (const entry of known) {
      if (timingSafeEqual(entry.digest, candidate)) owner = entry.name;
    }
    return owner;
  };
}
