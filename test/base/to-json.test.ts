import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUnstorable, storable, toJson } from '../../src/base/to-json.js';

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
