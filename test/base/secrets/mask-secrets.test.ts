// What looks like a secret is masked, wherever it is; all else stays as it is.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MASK, maskSecrets } from '../../../src/base/secrets/mask-secrets.js';

describe('maskSecrets', () => {
  it.each([
    'password',
    'userPassword',
    'passwd',
    'client_secret',
    'apiKey',
    'API-KEY',
    'access_token',
    'privateKey',
    'Cookie',
  ])('masks %s', (name) => {
    expect(maskSecrets({ a: [{ [name]: 'x1' }] })).toEqual({ a: [{ [name]: MASK }] });
    expect(maskSecrets({ [name]: { inner: 'x1' } })).toEqual({ [name]: MASK });
    expect(maskSecrets({ [name]: null, b: false })).toEqual({ [name]: null, b: false });
  });

  it.each([
    ['postgres://app:hunter2@db/app', `postgres://app:${MASK}@db/app`],
    ['Authorization: Bearer abcdefgh.ijk-lm', `Authorization: Bearer ${MASK}`],
    ['https://example.com/a:b@c', 'https://example.com/a:b@c'],
    ['the bearer of news', 'the bearer of news'],
  ])('%s', (text, shown) => {
    expect(maskSecrets([text])).toEqual([shown]);
  });

  it('leaves other JSON alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/pass|pwd|secret|token|key|auth|cred|cookie|cv|:\/\/|bearer|basic|__proto__/i.test(text));
        expect(JSON.stringify(maskSecrets(value))).toBe(text);
      }),
    );
  });
});
