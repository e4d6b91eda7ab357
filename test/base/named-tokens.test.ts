// Named tokens: whose is it, and never a stranger's.
import { describe, expect, it } from '@jest/globals';
import { createTokenCheck, parseNamedTokens } from '../../src/base/named-tokens.js';

describe('createTokenCheck', () => {
  const owner = createTokenCheck(parseNamedTokens('alice:one, ci:two:with:colons,plain', 'admin') ?? []);

  it.each([
    ['one', 'alice'],
    ['two:with:colons', 'ci'],
    ['plain', 'admin'],
    ['alice:one', null],
    ['One', null],
    ['', null],
    ['one ', null],
  ])('%j belongs to %j', (token, name) => {
    expect(owner(token)).toBe(name);
  });

  it('knows nobody when there are no tokens', () => {
    expect(createTokenCheck([])('')).toBeNull();
  });
});

describe('parseNamedTokens', () => {
  it.each(['', ',', 'a:x,', 'white space', 'a:b c', 'a:', 'a:,b:x', 'a: '])('refuses %j', (text) => {
    expect(parseNamedTokens(text, 'admin')).toBeNull();
  });
});
