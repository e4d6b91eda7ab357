// Tokens of unsubscribing: what goes in comes out, and nothing else opens.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createEncryption } from '../../../src/base/secrets/encryption.js';
import { readUnsubscribeToken, unsubscribeToken } from '../../../src/modules/notifications/unsubscribe-token.js';

const keys = (id: string) => createEncryption([{ id, key: randomBytes(32) }]);
const claim = { method: 'email', address: 'ada@example.com', category: 'digest', recipientId: '7' } as const;

describe('an unsubscribe token', () => {
  it('says who unsubscribes from what, and fits into a path', () => {
    const secrets = keys('k.1');
    const token = unsubscribeToken(secrets, claim) as string;
    expect(token).toMatch(/^[\w.-]+$/);
    expect(readUnsubscribeToken(secrets, token)).toEqual(claim);
  });

  it('opens for the longest address in any script, under a key of any name, and as links of the previous form', () => {
    const address = `${'字'.repeat(64)}@${'漢'.repeat(189)}`;
    const longest = { ...claim, address, category: 'c'.repeat(64), recipientId: '名'.repeat(200) };
    for (const secrets of [keys('a'), keys('key one/ä')])
      expect(readUnsubscribeToken(secrets, unsubscribeToken(secrets, longest) as string)).toEqual(longest);
    const secrets = keys('a');
    const former = Buffer.from(unsubscribeToken(secrets, claim) as string).toString('base64url');
    expect(readUnsubscribeToken(secrets, former)).toEqual(claim);
  });

  it('does not open when it was changed, cut, made under another key or for another purpose', () => {
    const secrets = keys('a');
    const token = unsubscribeToken(secrets, claim) as string;
    const changed = `${token.slice(0, -3)}${token.at(-3) === 'A' ? 'B' : 'A'}${token.slice(-2)}`;
    const elsewhere = Buffer.from(secrets.encrypt(JSON.stringify(['email', 'a@b', 'x', null]), 'webhooks')).toString(
      'base64url',
    );
    for (const other of [changed, token.slice(0, -8), '', 'x', 'A'.repeat(5_000), elsewhere]) {
      expect(readUnsubscribeToken(secrets, other)).toBeNull();
    }
    expect(readUnsubscribeToken(keys('a'), token)).toBeNull();
    expect(readUnsubscribeToken(createEncryption([]), token)).toBeNull();
  });

  it('cannot be made without encryption keys', () => {
    expect(unsubscribeToken(createEncryption([]), claim)).toBeNull();
  });
});
