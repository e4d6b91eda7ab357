// Signatures of Amazon SNS: which fields are signed in which order, and where the certificate may come from.
import { createVerify, X509Certificate } from 'node:crypto';
import { z } from 'zod';

const text = z.string().max(300_000);
export const snsSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: text.min(1),
  TopicArn: text.min(1),
  Message: text,
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: text.min(1),
  SigningCertURL: text.min(1),
  Subject: text.nullish(),
  SubscribeURL: text.nullish(),
  Token: text.nullish(),
});
export type SnsMessage = z.output<typeof snsSchema>;

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** Pure. Names and values, a line each; a field that was not sent is left out. */
export function signedText(message: SnsMessage): string {
  const fields: readonly (keyof SnsMessage)[] = message.Type === 'Notification' ? NOTIFICATION : CONFIRMATION;
  return fields
    .filter((name) => message[name] !== undefined && message[name] !== null)
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join('');
}

const HOST = /^sns\.[a-z]{2}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]{1,64}\.pem$/;

/** Pure. True for a URL of SNS itself: anyone could have put another URL into the message. */
export function isSnsUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, port, username, password } = new URL(given);
  return protocol === 'https:' && HOST.test(hostname) && port === '' && username === '' && password === '';
}

export const isCertificateUrl = (given: string): boolean => {
  if (!isSnsUrl(given)) return false;
  const { pathname, search, hash } = new URL(given);
  return CERTIFICATE.test(pathname) && search === '' && hash === '';
};

const ALGORITHMS = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' } as const;

/** Pure. False for a certificate that cannot be read or is not valid at `now` as well. */
export function isSignedBy(pem: string, message: SnsMessage, now: Date): boolean {
  try {
    const certificate = new X509Certificate(pem);
    if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo)) return false;
    return createVerify(ALGORITHMS[message.SignatureVersion])
      .update(signedText(message))
      .verify(certificate.publicKey, message.Signature, 'base64');
  } catch {
    return false;
  }
}
