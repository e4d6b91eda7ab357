// Events of mail providers over HTTP: what they change, that they change it once, and that nobody else can.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { genericSignature } from '../../../../src/modules/notifications/events/generic.js';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

const SECRET = 'a-long-enough-secret';
const POSTMARK = 'another-long-secret';
let app: PeopleApp;
beforeAll(async () => {
  app = await startPeopleApp({
    eventSecrets: { generic: SECRET, postmark: POSTMARK, ses: 'arn:aws:sns:eu-west-1:1:t' },
  });
});
afterAll(() => app.close());
beforeEach(() => app.sql('TRUNCATE {schema}.notification_events, {schema}.notification_suppressions'));

let sequence = 0;
const notification = async (): Promise<{ id: string; messageId: string }> => {
  const id = `0190a0a0-0000-7000-8000-${String(++sequence).padStart(12, '0')}`;
  const messageId = `<${id}@shop.example>`;
  await app.sql(
    `INSERT INTO {schema}.notifications (id, notification_type, category, status, attempts, to_address, message_id)
     VALUES ($1, 'immediate', 'immediate', 'sent', 1, 'ada@example.com', $2)`,
    [id, messageId],
  );
  return { id, messageId };
};

const post = (events: unknown, at = new Date(), secret = SECRET, path = 'generic') => {
  const body = JSON.stringify(events);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const headers = {
    'x-punctual-timestamp': timestamp,
    'x-punctual-signature': genericSignature(secret, timestamp, body),
  };
  return app.call('POST', `/notifications/events/${path}`, body, { headers });
};
const event = (more: object = {}) => ({ id: 'e1', kind: 'hard_bounce', address: 'Ada@Example.com', ...more });
const list = () =>
  app.sql('SELECT address, category, reason, source, notification_id FROM {schema}.notification_suppressions');
const logOf = (id: string) =>
  app.sql('SELECT attempt, status, transport, response FROM {schema}.notification_log WHERE notification_id = $1', [
    id,
  ]);

describe('an event', () => {
  it('puts the address on the suppression list and stands in the log of its notification', async () => {
    const { id, messageId } = await notification();
    const answer = await post({ events: [event({ message_id: messageId, detail: '550 5.1.1' })] });
    expect(answer).toMatchObject({ status: 200, body: { success: true, received: 1, duplicates: 0, suppressed: 1 } });
    expect(await list()).toEqual([
      { address: 'ada@example.com', category: '*', reason: 'hard_bounce', source: 'generic', notification_id: id },
    ]);
    expect(await logOf(id)).toEqual([
      { attempt: 1, status: 'bounced', transport: 'generic', response: 'hard bounce: 550 5.1.1' },
    ]);
  });

  it('changes nothing when it comes again, alone or among others', async () => {
    const { id, messageId } = await notification();
    const first = event({ message_id: messageId });
    await post({ events: [first] });
    await post({ events: [first] });
    const answer = await post({
      events: [first, first, event({ id: 'e2', kind: 'complaint', address: 'bob@example.com' })],
    });
    expect(answer.body).toMatchObject({ received: 3, duplicates: 2, suppressed: 1 });
    expect(await logOf(id)).toHaveLength(1);
    expect(await list()).toHaveLength(2);
  });

  it('is recorded once when it comes many times at once', async () => {
    const { id, messageId } = await notification();
    await Promise.all(Array.from({ length: 8 }, () => post({ events: [event({ message_id: messageId })] })));
    expect(await logOf(id)).toHaveLength(1);
    expect(await list()).toHaveLength(1);
  });

  it('of a soft bounce stands in the log alone', async () => {
    const { id, messageId } = await notification();
    await post({ events: [event({ kind: 'soft_bounce', message_id: messageId })] });
    expect(await list()).toEqual([]);
    expect(await logOf(id)).toMatchObject([{ status: 'bounced', response: 'soft bounce' }]);
  });

  it('with a Message-ID that is not quite ours belongs to no notification', async () => {
    const { id } = await notification();
    for (const message_id of [`<${id}@evil.example>`, `<${id}>`, id, '<x@shop.example>', '@', '\u0000'])
      expect((await post({ events: [event({ id: message_id || 'x', message_id })] })).status).toBe(200);
    expect(await logOf(id)).toEqual([]);
  });

  it('of Postmark comes with the password of the URL', async () => {
    const authorization = `Basic ${Buffer.from(`punctual:${POSTMARK}`).toString('base64')}`;
    const body = { RecordType: 'SpamComplaint', ID: 7, Type: 'SpamComplaint', Email: 'eve@example.com' };
    const answer = await app.call('POST', '/notifications/events/postmark', body, { headers: { authorization } });
    expect(answer.body).toMatchObject({ suppressed: 1 });
    expect(await list()).toMatchObject([{ address: 'eve@example.com', reason: 'complaint', source: 'postmark' }]);
  });
});

describe('what is not an event', () => {
  it.each([
    ['forged', () => post({ events: [event()] }, new Date(), 'a-secret-of-another')],
    ['stale', () => post({ events: [event()] }, new Date(Date.now() - 400_000))],
    ['from the future', () => post({ events: [event()] }, new Date(Date.now() + 400_000))],
    ['not signed', () => app.call('POST', '/notifications/events/generic', { events: [event()] })],
    [
      'Postmark without its password',
      () => app.call('POST', '/notifications/events/postmark', { RecordType: 'Bounce' }),
    ],
  ])('is refused with 401: %s', async (_, send) => {
    expect(await send()).toMatchObject({ status: 401, body: { code: 'EVENT_SIGNATURE_INVALID' } });
    expect(await list()).toEqual([]);
  });

  it.each(['resend', 'sendgrid', '__proto__', 'constructor', '%20'])(
    'is refused with 404 for %s, which is not configured',
    async (provider) => {
      expect(await post({ events: [event()] }, new Date(), SECRET, provider)).toMatchObject({
        status: 404,
        body: { code: 'EVENTS_NOT_CONFIGURED' },
      });
    },
  );

  it.each([
    ['null'],
    ['7'],
    ['{"events":[]}'],
    ['{"events":[{}]}'],
    [''],
    ['{"events":'],
    ['{"__proto__":{"events":[]}}'],
    [`{"events":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ])('is refused with 400 though it is signed: %s', async (body) => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const headers = {
      'x-punctual-timestamp': timestamp,
      'x-punctual-signature': genericSignature(SECRET, timestamp, body),
    };
    const answer = await app.call('POST', '/notifications/events/generic', body === '' ? undefined : body, { headers });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
  });

  it('is refused when it is too large', async () => {
    const answer = await app.call('POST', '/notifications/events/generic', `"${'x'.repeat(700_000)}"`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body', message: 'is too large' }] } });
  });

  it('of SES is refused before anything is fetched when the topic is another', async () => {
    const body = {
      ...{
        Type: 'Notification',
        MessageId: 'm',
        TopicArn: 'arn:aws:sns:eu-west-1:666:t',
        Message: '{}',
        SignatureVersion: '2',
      },
      ...{ Timestamp: new Date().toISOString(), Signature: 'AAAA', SigningCertURL: 'https://127.0.0.1/x.pem' },
    };
    const headers = { 'content-type': 'text/plain; charset=UTF-8' };
    expect((await app.call('POST', '/notifications/events/ses', body, { headers })).status).toBe(401);
  });
});
