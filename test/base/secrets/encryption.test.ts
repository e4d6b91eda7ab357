// Secrets at rest: sealed to their row, readable after a rotation of keys, and by nobody without the key.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createEncryption } from '../../../src/base/secrets/encryption.js';

const key = (id: string) => ({ id, key: randomBytes(32) });

describe('encryption', () => {
  it('gives back what it was given, differently sealed each time', () => {
    const encryption = createEncryption([key('a')]);
    const [one, two] = [encryption.encrypt('sk-ü-1', 'row:1'), encryption.encrypt('sk-ü-1', 'row:1')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^v1\.a\./);
    expect(one).not.toContain('sk-');
    expect(encryption.decrypt(one, 'row:1')).toBe('sk-ü-1');
  });

  it('refuses a value that was changed or moved to another row', () => {
    const encryption = createEncryption([key('a')]);
    const stored = encryption.encrypt('secret', 'row:1');
    expect(() => encryption.decrypt(stored, 'row:2')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    const flipped = stored.slice(0, -2) + (stored.endsWith('AA') ? 'BB' : 'AA');
    expect(() => encryption.decrypt(flipped, 'row:1')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('takes keys whose names have dots', () => {
    const dotted = createEncryption([key('2026.11')]);
    const stored = dotted.encrypt('secret', 'x');
    expect([dotted.decrypt(stored, 'x'), dotted.isOutdated(stored)]).toEqual(['secret', false]);
  });

  it('reads what older keys sealed and seals with the first', () => {
    const [old, fresh] = [key('2025'), key('2026')];
    const stored = createEncryption([old]).encrypt('secret', 'x');
    const rotated = createEncryption([fresh, old]);
    expect(rotated.decrypt(stored, 'x')).toBe('secret');
    expect([rotated.isOutdated(stored), rotated.isOutdated(rotated.encrypt('secret', 'x'))]).toEqual([true, false]);
    expect(() => createEncryption([fresh]).decrypt(stored, 'x')).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG' }),
    );
  });

  it('says what to set when there is no key, and refuses one of the wrong length', () => {
    const unkeyed = (): string => createEncryption([]).encrypt('secret', 'x');
    expect(unkeyed).toThrow(expect.objectContaining({ code: 'ENCRYPTION_UNAVAILABLE' }));
    expect(unkeyed).toThrow(/ENCRYPTION_KEYS/);
    expect(() => createEncryption([{ id: 'a', key: randomBytes(16) }])).toThrow(/32 bytes/);
  });
});
