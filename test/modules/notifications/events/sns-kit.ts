// Messages as SNS signs them, and a client that hands out our certificate in place of Amazon's.
import { createSign } from 'node:crypto';
import type { SnsClient } from '../../../../src/modules/notifications/events/ses.js';
import { signedText, type SnsMessage } from '../../../../src/modules/notifications/events/sns-signature.js';
import { selfSigned, type SelfSigned } from '../../../support/servers/self-signed.js';

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:bounces';
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

export const certificate = (from = new Date('2020-01-01'), to = new Date('2049-01-01')): SelfSigned =>
  selfSigned('sns.amazonaws.com', from, to);

export function signed({ key }: Pick<SelfSigned, 'key'>, given: Partial<SnsMessage> = {}): SnsMessage {
  const message: SnsMessage = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: 'hello',
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    Signature: '',
    SigningCertURL: CERTIFICATE_URL,
    ...given,
  };
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...message, Signature: createSign(algorithm).update(signedText(message)).sign(key, 'base64') };
}

export interface FakeSns extends SnsClient {
  readonly fetched: string[];
  readonly confirmed: string[];
}

export function fakeSns(pem: string): FakeSns {
  const [fetched, confirmed]: [string[], string[]] = [[], []];
  return {
    ...{ fetched, confirmed },
    certificate: async (url) => (fetched.push(url), pem),
    confirm: async (url) => void confirmed.push(url),
  };
}

export const bounce = (address: string, messageId: string, bounceType = 'Permanent'): string =>
  JSON.stringify({
    notificationType: 'Bounce',
    bounce: {
      bounceType,
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: address, diagnosticCode: 'smtp; 550 5.1.1 unknown' }],
    },
    mail: { messageId: '0102', headers: [{ name: 'Message-ID', value: messageId }] },
  });
