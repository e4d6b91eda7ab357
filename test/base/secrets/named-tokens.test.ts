// Named tokens: whose is it, and never a stranger's.
import { describe, expect, it } from '@jest/globals';
import { createTokenCheck, parseNamedTokens } from '../../../src/base/secrets/named-tokens.js';

describe('createTokenCheck', () => {
  const owner = createTokenCheck(
    parseNamedTokens('alice:one, ci:two:with:colons,viewer/bob:three,a/b,plain', 'admin') ?? [],
  );

  it.each([
    ['one', 'alice', undefined],
    ['two:with:colons', 'ci', undefined],
    ['three', 'bob', 'viewer'],
    ['a/b', 'admin', undefined],
    ['plain', 'admin', undefined],
  ])('%j belongs to %j with the role %j', (token, name, role) => {
    expect(owner(token)).toMatchObject({ name, ...(role ? { role } : {}) });
    expect(owner(token)?.role).toBe(role);
  });

  it.each(['alice:one', 'One', '', 'one ', 'viewer/bob:three', 'bob:three'])('%j is nobody’s', (token) => {
    expect(owner(token)).toBeNull();
  });

  it('knows nobody when there are no tokens', () => {
    expect(createTokenCheck([])('')).toBeNull();
  });
});

describe('parseNamedTokens', () => {
  it.each(['', ',', 'a:x,', 'white space', 'a:b c', 'a:', 'a:,b:x', 'a: ', 'viewer/a:', 'root/a:x', 'Viewer/a:x'])(
    'refuses %j',
    (text) => {
      expect(parseNamedTokens(text, 'admin')).toBeNull();
    },
  );
});
