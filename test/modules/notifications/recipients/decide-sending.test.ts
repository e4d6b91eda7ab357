// The order of the rules, and that nothing a host has written makes them throw.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideSending, type Asked } from '../../../../src/modules/notifications/recipients/decide-sending.js';

const NOW = new Date('2026-06-03T23:00:00Z');
const PLAIN = { timezone: null, quiet_hours: null, muted_until: null, preferences: null };
const NIGHT = { daily: [['22:00', '07:00']] };
const asked = (recipient: Partial<typeof PLAIN> | object | null, more: Partial<Asked> = {}): Asked => ({
  category: 'digest',
  delivery_method: 'email',
  suppressed: null,
  recipient: recipient && { ...PLAIN, ...recipient },
  ...more,
});
const off = { preferences: { categories: { digest: { email: false } } } };
const muted = { muted_until: new Date('2026-07-01T00:00:00Z') };

describe('decideSending', () => {
  it('sends where nothing speaks against it', () => {
    expect(decideSending(asked(null), NOW)).toEqual({ kind: 'send' });
    expect(decideSending(asked({}), NOW)).toEqual({ kind: 'send' });
    expect(
      decideSending(asked({ ...off, ...{ preferences: { categories: { digest: { sms: false } } } } }), NOW),
    ).toEqual({ kind: 'send' });
    expect(decideSending(asked({ muted_until: NOW }), NOW)).toEqual({ kind: 'send' });
  });

  it('cancels what is suppressed, critical or not', () => {
    for (const category of ['digest', 'system', 'dunning'])
      expect(decideSending(asked({}, { category, suppressed: 'complaint' }), NOW)).toEqual({
        kind: 'cancel',
        reason: 'suppressed: complaint',
      });
  });

  it('cancels what is switched off or muted, with the reason', () => {
    expect(decideSending(asked(off), NOW)).toEqual({
      kind: 'cancel',
      reason: 'the recipient has switched off digest by email',
    });
    expect(decideSending(asked(muted), NOW)).toEqual({
      kind: 'cancel',
      reason: 'the recipient is muted until 2026-07-01T00:00:00.000Z',
    });
  });

  it('delays until quiet hours end, in the zone of the recipient', () => {
    expect(decideSending(asked({ quiet_hours: NIGHT, timezone: 'Europe/Berlin' }), NOW)).toEqual({
      kind: 'delay',
      until: new Date('2026-06-04T05:00:00Z'),
      reason: 'quiet hours of the recipient until 2026-06-04T05:00:00.000Z (Europe/Berlin)',
    });
    expect(decideSending(asked({ quiet_hours: NIGHT, timezone: 'Asia/Tokyo' }), NOW)).toEqual({ kind: 'send' });
    expect(decideSending(asked({ quiet_hours: NIGHT, timezone: 'no/zone' }), NOW)).toMatchObject({
      until: new Date('2026-06-04T07:00:00Z'),
    });
  });

  it('lets what is critical pass all but the suppression list', () => {
    for (const category of ['system', 'dunning'])
      expect(decideSending(asked({ ...off, ...muted, quiet_hours: NIGHT }, { category }), NOW)).toEqual({
        kind: 'send',
      });
  });

  it('cancels for a recipient who is always quiet', () => {
    expect(decideSending(asked({ quiet_hours: { daily: [['00:00', '24:00']] } }), NOW)).toMatchObject({
      kind: 'cancel',
    });
  });

  it('never throws, whatever a host has written', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.string(),
        fc.string(),
        (quiet_hours, preferences, timezone, category) => {
          const { kind } = decideSending(asked({ quiet_hours, preferences, timezone }, { category }), NOW);
          expect(['send', 'delay', 'cancel']).toContain(kind);
        },
      ),
    );
  });
});
