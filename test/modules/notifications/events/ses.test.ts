// Amazon SNS: what is signed how, whose certificates are fetched, and what a bounce of SES says.
import { describe, expect, it } from '@jest/globals';
import { ses } from '../../../../src/modules/notifications/events/ses.js';
import {
  isCertificateUrl,
  isSnsUrl,
  type SnsMessage,
} from '../../../../src/modules/notifications/events/sns-signature.js';
import { bounce, certificate, CERTIFICATE_URL, fakeSns, signed, TOPIC } from './sns-kit.js';

const ours = certificate();
const now = new Date();
const read = async (message: SnsMessage | object, sns = fakeSns(ours.pem)) =>
  ses(`${TOPIC}, arn:aws:sns:eu-west-1:1:other`, sns).read({
    headers: {},
    body: Buffer.from(JSON.stringify(message)),
    now,
  });
const refusal = { code: 'EVENT_SIGNATURE_INVALID' };

describe('the signature', () => {
  it.each(['1', '2'] as const)('of version %s is taken', async (SignatureVersion) => {
    await expect(read(signed(ours, { SignatureVersion, Subject: 'Bounce' }))).resolves.toEqual([]);
  });

  it.each([
    ['another text', { Message: 'changed' }],
    ['a subject that was not signed', { Subject: 'added' }],
    ['another id', { MessageId: 'other' }],
    ['a version that it was not made with', { SignatureVersion: '1' }],
    ['no signature', { Signature: 'AAAA' }],
  ])('is refused with %s', async (_, change) => {
    await expect(read({ ...signed(ours), ...change })).rejects.toMatchObject(refusal);
  });

  it('is refused when it was made with another key', async () => {
    await expect(read(signed(certificate()))).rejects.toMatchObject(refusal);
  });

  it.each([
    ['is over', new Date('2020-01-01'), new Date('2021-01-01')],
    ['has not begun', new Date('2045-01-01'), new Date('2049-01-01')],
  ])('is refused when the time of the certificate %s', async (_, from, to) => {
    const other = certificate(from, to);
    await expect(read(signed(other), fakeSns(other.pem))).rejects.toMatchObject(refusal);
  });

  it.each([2 * 3_600_000, -10 * 60_000])('is refused when the message is %d ms old', async (age) => {
    const Timestamp = new Date(now.getTime() - age).toISOString();
    await expect(read(signed(ours, { Timestamp }))).rejects.toMatchObject(refusal);
  });

  it('of another topic is refused, and nothing is fetched for it', async () => {
    const sns = fakeSns(ours.pem);
    await expect(read(signed(ours, { TopicArn: 'arn:aws:sns:eu-west-1:666:mine' }), sns)).rejects.toMatchObject(
      refusal,
    );
    expect(sns.fetched).toEqual([]);
  });
});

const ELSEWHERE = [
  'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-01.pem',
  'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-01.pem',
  'https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-01.pem',
  'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-01.pem',
  'https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-01.pem',
  'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-01.pem',
  'https://bucket.s3.eu-west-1.amazonaws.com/SimpleNotificationService-01.pem',
  'https://sns.eu-west-1.amazonaws.com/other.pem',
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-01.pem?x=1',
  'https://sns.eu-west-1.amazonaws.com/a/../b/SimpleNotificationService-01.pem',
  'https://127.0.0.1/SimpleNotificationService-01.pem',
  'sns.eu-west-1.amazonaws.com',
];

describe('the certificate', () => {
  it.each(ELSEWHERE)('is not fetched from %s', async (SigningCertURL) => {
    expect(isCertificateUrl(SigningCertURL)).toBe(false);
    const sns = fakeSns(ours.pem);
    await expect(read(signed(ours, { SigningCertURL }), sns)).rejects.toMatchObject(refusal);
    expect(sns.fetched).toEqual([]);
  });

  it.each([
    CERTIFICATE_URL,
    'https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-0a.pem',
    'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0a.pem',
  ])('may come from %s', (url) => expect(isCertificateUrl(url)).toBe(true));
});

describe('the confirmation of a subscription', () => {
  const SubscribeURL = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
  const confirmation = { Type: 'SubscriptionConfirmation', Token: 't' } as const;

  it('is made at SNS', async () => {
    const sns = fakeSns(ours.pem);
    await expect(read(signed(ours, { ...confirmation, SubscribeURL }), sns)).resolves.toEqual([]);
    expect(sns.confirmed).toEqual([SubscribeURL]);
  });

  it.each(['https://evil.example/?Action=ConfirmSubscription', 'https://169.254.169.254/'])(
    'is not made at %s',
    async (url) => {
      expect(isSnsUrl(url)).toBe(false);
      const sns = fakeSns(ours.pem);
      await expect(read(signed(ours, { ...confirmation, SubscribeURL: url }), sns)).rejects.toMatchObject(refusal);
      expect(sns.confirmed).toEqual([]);
    },
  );

  it('is not made for a forged one', async () => {
    const sns = fakeSns(ours.pem);
    await expect(read(signed(certificate(), { ...confirmation, SubscribeURL }), sns)).rejects.toMatchObject(refusal);
    expect(sns.confirmed).toEqual([]);
  });
});

describe('what SES tells', () => {
  const told = (Message: string) => read(signed(ours, { Message, MessageId: 'm-1' }));

  it('is a hard bounce with the Message-ID that the mail was sent with', async () => {
    expect(await told(bounce('Ada@Example.com', '<01@shop.example>'))).toEqual([
      {
        id: 'm-1:0',
        kind: 'hard_bounce',
        address: 'ada@example.com',
        messageIds: ['01@shop.example', '0102'],
        detail: 'smtp; 550 5.1.1 unknown',
      },
    ]);
  });

  it('is a soft bounce, a complaint, or nothing for us', async () => {
    expect(await told(bounce('a@example.com', '<x>', 'Transient'))).toMatchObject([{ kind: 'soft_bounce' }]);
    const complained = [{ emailAddress: 'a@example.com' }, { emailAddress: 'no address' }];
    const complaint = {
      eventType: 'Complaint',
      complaint: { complaintFeedbackType: 'abuse', complainedRecipients: complained },
    };
    expect(await told(JSON.stringify(complaint))).toMatchObject([
      { kind: 'complaint', detail: 'abuse', messageIds: [] },
    ]);
    expect(await told(JSON.stringify({ eventType: 'Delivery' }))).toEqual([]);
    expect(await told('Successfully validated SNS topic for Amazon SES event publishing.')).toEqual([]);
  });

  it('is refused with its path when it cannot be read', async () => {
    await expect(told('{"eventType":7}')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { errors: [{ path: 'eventType' }] },
    });
    await expect(told('{')).rejects.toMatchObject({
      details: { errors: [{ path: 'Message', message: 'is not valid JSON' }] },
    });
  });
});
