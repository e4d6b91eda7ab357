import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUnstorable, storable, storableText, toJson } from '../../src/base/to-json.js';

describe('JSON for jsonb', () => {
  it('changes nothing but what jsonb refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
        const clean = toJson([JSON.parse(json), text.replaceAll('\0', '')]) ?? '';
        expect(storable(clean)).toBe(clean);
        expect(isUnstorable(clean)).toBe(false);
      }),
    );
    expect(JSON.parse(storable(toJson({ a: '\0', b: '\\u0000', c: '\udc00x' }) ?? ''))).toEqual({
      a: '\ufffd',
      b: '\\u0000',
      c: '\ufffdx',
    });
  });
});

describe('text for a text column', () => {
  it('is cut to its length, and never holds half of a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, max) => {
        const kept = storableText(text, max);
        expect(kept.length).toBeLessThanOrEqual(max);
        expect(isUnstorable(JSON.stringify(kept))).toBe(false);
      }),
    );
    expect(storableText('ab\u{1f600}', 3)).toBe('ab\ufffd');
  });
});
