// What becomes of a member as it came.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseAddress, normaliseMember } from '../../../../src/modules/lists/import/normalise.js';

describe('an address', () => {
  it.each([
    ['  Ada.Lovelace@EXAMPLE.com ', 'Ada.Lovelace@example.com', 'ada.lovelace@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    // composed and decomposed are one address
    ['jose\u0301@example.com', 'josé@example.com', 'josé@example.com'],
    ['a\u200Bda@example.com\uFEFF', 'ada@example.com', 'ada@example.com'],
    ['+tag@example.com', '+tag@example.com', '+tag@example.com'],
    ["o'neill@example.co.uk", "o'neill@example.co.uk", "o'neill@example.co.uk"],
    ['用户@例え.jp', '用户@xn--r8jz45g.jp', '用户@xn--r8jz45g.jp'],
  ])('%j is stored as %j and compared as %j', (raw, email, key) => {
    expect(normaliseAddress(raw)).toEqual({ email, key });
  });

  it.each([
    ['', 'no address'],
    [null, 'no address'],
    [{ email: 'a@example.com' }, 'no address'],
    ['   ', 'no address'],
    ['ada', 'not an address'],
    ['@example.com', 'not an address'],
    ['ada@', 'not an address'],
    ['ada@localhost', 'not an address'],
    ['ada@@example.com', 'not an address'],
    ['a b@example.com', 'not an address'],
    ['.ada@example.com', 'not an address'],
    ['ada..l@example.com', 'not an address'],
    ['ada@-example.com', 'not an address'],
    ['ada@example.c', 'not an address'],
    ['ada@127.0.0.1', 'not an address'],
    ['ada\r\nBcc: x@example.com', 'not an address'],
    ['Ada <ada@example.com>', 'not an address'],
    ['a\0da@example.com', 'the address has a character that cannot be stored'],
    ['a\ud800da@example.com', 'the address has a character that cannot be stored'],
    [`${'a'.repeat(65)}@example.com`, 'the address is too long'],
    [`ada@${'a.'.repeat(130)}com`, 'the address is too long'],
  ])('%j is refused: %s', (raw, reason) => {
    expect(normaliseAddress(raw)).toBe(reason);
  });

  it('is the same after a second time, and its key has no upper case', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_]{1,10}$/);
    fc.assert(
      fc.property(part, part, fc.constantFrom('com', 'ORG', 'Example'), (local, domain, top) => {
        const once = normaliseAddress(`${local}@${domain.replaceAll('_', 'x')}.${top}`);
        if (typeof once === 'string') throw new Error(once);
        expect(normaliseAddress(once.email)).toEqual(once);
        expect(normaliseAddress(once.email.toUpperCase())).toMatchObject({ key: once.key });
        expect(once.key).toBe(once.key.toLowerCase());
      }),
    );
  });
});

describe('a member', () => {
  it('has a name without breaks, an id as text and its time in UTC', () => {
    const raw = { id: 7, email: 'a@example.com', name: ' Ada \n Lovelace\0 ', createdAt: 1_700_000_000 };
    expect(normaliseMember(raw)).toEqual({
      ok: true,
      member: {
        emailKey: 'a@example.com',
        email: 'a@example.com',
        externalId: '7',
        name: 'Ada Lovelace',
        joinedAtMs: Date.UTC(2023, 10, 14, 22, 13, 20),
      },
    });
    expect(normaliseMember({ email: 'a@example.com', createdAt: 'yesterday' })).toMatchObject({
      member: { joinedAtMs: null },
    });
  });

  it('that is refused says where it stood and what it was, cut', () => {
    const { reject } = normaliseMember({ line: 7, id: 'x', email: 'y'.repeat(1_000) }) as { reject: { value: string } };
    expect(reject).toMatchObject({ line: 7, externalId: 'x', reason: 'not an address' });
    expect(reject.value).toHaveLength(300);
  });

  it('never makes it throw, and never stores what PostgreSQL cannot', () => {
    fc.assert(
      fc.property(
        fc.record({ id: fc.anything(), email: fc.anything(), name: fc.anything(), createdAt: fc.anything() }),
        (raw) => {
          const stored = JSON.stringify(normaliseMember(raw));
          expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        },
      ),
    );
  });
});
