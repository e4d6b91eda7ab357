// Postmark, Resend and the generic scheme: what proves the sender, and what each tells.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { generic, genericSignature } from '../../../../src/modules/notifications/events/generic.js';
import type { EventProviderClient } from '../../../../src/modules/notifications/events/mail-event.js';
import { postmark } from '../../../../src/modules/notifications/events/postmark.js';
import { createProviders } from '../../../../src/modules/notifications/events/providers.js';
import { resend } from '../../../../src/modules/notifications/events/resend.js';
import { fakeSns } from './sns-kit.js';

const now = new Date('2026-06-03T12:00:00Z');
const refusal = { code: 'EVENT_SIGNATURE_INVALID' };
const read = async (provider: EventProviderClient, body: unknown, headers: Record<string, string>) =>
  provider.read({ headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), now });

describe('postmark', () => {
  const SECRET = 'a-long-enough-secret';
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  const told = (body: unknown) => read(postmark(SECRET), body, basic(`punctual:${SECRET}`));
  const BOUNCE = {
    RecordType: 'Bounce',
    ID: 42,
    Type: 'HardBounce',
    Email: 'Ada@example.com',
    MessageID: 'x',
    Description: 'Gone',
    Details: 'smtp;550',
  };

  it('is known by the password of the URL, or by a token', async () => {
    await expect(told(BOUNCE)).resolves.toHaveLength(1);
    await expect(read(postmark(SECRET), BOUNCE, { authorization: `Bearer ${SECRET}` })).resolves.toHaveLength(1);
    for (const headers of [
      {},
      basic('punctual:'),
      basic(`${SECRET}:other`),
      { authorization: 'Bearer other' },
      { authorization: SECRET },
    ])
      await expect(read(postmark(SECRET), BOUNCE, headers as Record<string, string>)).rejects.toMatchObject(refusal);
  });

  it('tells of bounces, complaints and its own suppressions', async () => {
    expect(await told(BOUNCE)).toEqual([
      { id: 'Bounce:42', kind: 'hard_bounce', address: 'ada@example.com', messageIds: ['x'], detail: 'Gone smtp;550' },
    ]);
    expect(await told({ ...BOUNCE, RecordType: undefined })).toMatchObject([{ kind: 'hard_bounce' }]);
    expect(await told({ ...BOUNCE, Type: 'SoftBounce', Inactive: false })).toMatchObject([{ kind: 'soft_bounce' }]);
    expect(await told({ ...BOUNCE, RecordType: 'SpamComplaint', Type: 'SpamComplaint' })).toMatchObject([
      { kind: 'complaint' },
    ]);
    const change = {
      RecordType: 'SubscriptionChange',
      Recipient: 'a@example.com',
      SuppressSending: true,
      ChangedAt: 't',
    };
    expect(await told({ ...change, SuppressionReason: 'HardBounce' })).toMatchObject([{ kind: 'hard_bounce' }]);
    expect(await told({ ...change, SuppressionReason: 'ManualSuppression' })).toEqual([]);
    expect(await told({ RecordType: 'Delivery', Recipient: 'a@example.com' })).toEqual([]);
  });
});

describe('resend', () => {
  const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
  const headersFor = (body: unknown, at = now, id = 'msg_1') => ({
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'svix-signature': `v1,AAAA v2,x ${new Webhook(SECRET).sign(id, at, JSON.stringify(body))}`,
  });
  const body = {
    type: 'email.bounced',
    data: {
      email_id: 'e',
      to: ['Ada <ada@example.com>', 'bob@example.com'],
      bounce: { type: 'Permanent', subType: 'General', message: 'Gone' },
    },
  };

  it('tells of each address of a bounce', async () => {
    expect(await read(resend(SECRET), body, headersFor(body))).toEqual([
      { id: 'msg_1:0', kind: 'hard_bounce', address: 'ada@example.com', messageIds: ['e'], detail: 'General: Gone' },
      { id: 'msg_1:1', kind: 'hard_bounce', address: 'bob@example.com', messageIds: ['e'], detail: 'General: Gone' },
    ]);
    for (const [type, kinds] of [
      ['email.complained', ['complaint', 'complaint']],
      ['email.delivered', []],
    ] as const) {
      const other = { ...body, type };
      expect((await read(resend(SECRET), other, headersFor(other))).map(({ kind }) => kind)).toEqual(kinds);
    }
  });

  it('is refused when forged, changed or stale', async () => {
    const headers = headersFor(body);
    await expect(read(resend(SECRET), { ...body, more: 1 }, headers)).rejects.toMatchObject(refusal);
    await expect(read(resend(SECRET), body, { ...headers, 'svix-id': 'msg_2' })).rejects.toMatchObject(refusal);
    await expect(read(resend(SECRET), body, {})).rejects.toMatchObject(refusal);
    for (const seconds of [-301, 301])
      await expect(
        read(resend(SECRET), body, headersFor(body, new Date(now.getTime() + seconds * 1_000))),
      ).rejects.toMatchObject(refusal);
  });

  it('needs a signing secret', () => {
    expect(() => resend('whsec_')).toThrow('whsec_');
  });
});

describe('generic', () => {
  const SECRET = 'a-long-enough-secret';
  const body = {
    events: [{ id: '1', kind: 'complaint', address: 'ada@example.com', message_id: '<01@shop.example>' }],
  };
  const headersFor = (given: unknown, at = now) => {
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    return {
      'x-punctual-timestamp': timestamp,
      'x-punctual-signature': genericSignature(SECRET, timestamp, JSON.stringify(given)),
    };
  };

  it('tells of what is signed', async () => {
    expect(await read(generic(SECRET), body, headersFor(body))).toEqual([
      { id: '1', kind: 'complaint', address: 'ada@example.com', messageIds: ['01@shop.example'], detail: null },
    ]);
  });

  it('is refused when forged, changed or stale', async () => {
    const headers = headersFor(body);
    await expect(read(generic(SECRET), { events: [] }, headers)).rejects.toMatchObject(refusal);
    await expect(read(generic('another'), body, headers)).rejects.toMatchObject(refusal);
    await expect(read(generic(SECRET), body, {})).rejects.toMatchObject(refusal);
    await expect(
      read(generic(SECRET), body, { ...headers, 'x-punctual-timestamp': '1780488001' }),
    ).rejects.toMatchObject(refusal);
    await expect(read(generic(SECRET), body, headersFor(body, new Date('2026-06-03T11:54:00Z')))).rejects.toMatchObject(
      refusal,
    );
  });

  it('says what cannot be read, once it is known who asks', async () => {
    const wrong = { events: [{ id: '1', kind: 'gone', address: 'ada@example.com' }] };
    await expect(read(generic(SECRET), wrong, headersFor(wrong))).rejects.toMatchObject({
      details: { errors: [{ path: 'events.0.kind' }] },
    });
  });
});

it('never takes what is not signed, whatever it looks like', async () => {
  const secrets = { postmark: 'p-secret', generic: 'g-secret', ses: 'arn:a', resend: 'whsec_AAAA' };
  const providers = [...createProviders(secrets, fakeSns('no certificate')).values()];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...providers), fc.oneof(fc.json(), fc.string()), async (provider, body) => {
      await expect(read(provider, body, {})).rejects.toMatchObject({ name: 'SchedulerError' });
    }),
  );
});
