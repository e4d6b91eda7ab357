// Amazon SES, which publishes its events to a topic of SNS. A valid signature only proves that SNS sent the message. Anyone can create a
// topic there, so the ARNs of the accepted topics are configured for `ses`.
import { z } from 'zod';
import { toEvents, type EventProviderClient, type MailEvent } from './mail-event.js';
import { isCertificateUrl, isSignedBy, isSnsUrl, snsSchema, type SnsMessage } from './sns-signature.js';
import { isSame, readJson, refused } from './verify.js';

const text = z.string().nullish();
const recipient = z.object({ emailAddress: z.string(), diagnosticCode: text });
const recipients = z.array(recipient).max(1_000).nullish();
const schema = z.object({
  notificationType: text,
  eventType: text,
  bounce: z.object({ bounceType: text, bounceSubType: text, bouncedRecipients: recipients }).nullish(),
  complaint: z.object({ complaintFeedbackType: text, complainedRecipients: recipients }).nullish(),
  mail: z
    .object({
      messageId: text,
      headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
      commonHeaders: z.object({ messageId: text }).nullish(),
    })
    .nullish(),
});
type SesEvent = z.output<typeof schema>;

/** Requests to SNS itself; each rejects unless the response is a 2xx. */
export interface SnsClient {
  /** The certificate at a URL of SNS, as PEM. */
  certificate(url: string): Promise<string>;
  confirm(url: string): Promise<void>;
}

/** SNS gives up after an hour; half an hour more for clocks. */
const OLDEST_MS = 90 * 60_000;
const AHEAD_MS = 5 * 60_000;

/** `topics` are ARNs, comma-separated. */
export function ses(topics: string, client: SnsClient): EventProviderClient {
  const known = topics.split(',').map((topic) => topic.trim());
  return {
    async read({ body, now }) {
      const message = readJson(body, snsSchema);
      if (!known.map((topic) => isSame(topic, message.TopicArn)).includes(true))
        throw refused('the topic is not one that is listened to');
      await verify(message, now, client);
      if (message.Type === 'SubscriptionConfirmation') await confirm(message, client);
      return message.Type === 'Notification' ? eventsOf(message) : [];
    },
  };
}

async function verify(message: SnsMessage, now: Date, client: SnsClient): Promise<void> {
  if (!isCertificateUrl(message.SigningCertURL)) throw refused('the certificate is not one of SNS');
  const age = now.getTime() - new Date(message.Timestamp).getTime();
  if (age > OLDEST_MS || age < -AHEAD_MS) throw refused('the message is stale, or a clock is wrong');
  if (!isSignedBy(await client.certificate(message.SigningCertURL), message, now))
    throw refused('the signature does not match');
}

/** Part of the signed text, but checked anyway, because it is called from inside our network. */
async function confirm({ SubscribeURL }: SnsMessage, client: SnsClient): Promise<void> {
  if (!SubscribeURL || !isSnsUrl(SubscribeURL)) throw refused('the URL of the confirmation is not one of SNS');
  await client.confirm(SubscribeURL);
}

/** Messages of SNS itself (such as the validation of a topic) are not JSON, and not events. */
function eventsOf({ Message, MessageId }: SnsMessage): readonly MailEvent[] {
  if (!Message.trimStart().startsWith('{')) return [];
  const event = readJson(Message, schema, 'Message');
  const type = event.eventType ?? event.notificationType;
  const messageIds = messageIdsOf(event);
  if (type === 'Bounce') {
    const { bounceType, bounceSubType, bouncedRecipients } = event.bounce ?? {};
    const kind = bounceType === 'Permanent' ? 'hard_bounce' : 'soft_bounce';
    return toEvents(
      (bouncedRecipients ?? []).map(({ emailAddress: address, diagnosticCode }, index) => {
        const detail = diagnosticCode ?? [bounceType, bounceSubType].filter(Boolean).join(' ');
        return { id: `${MessageId}:${index}`, kind, address, messageIds, detail };
      }),
    );
  }
  if (type !== 'Complaint') return [];
  const { complaintFeedbackType: detail, complainedRecipients } = event.complaint ?? {};
  return toEvents(
    (complainedRecipients ?? []).map(({ emailAddress: address }, index) => ({
      ...{ id: `${MessageId}:${index}`, kind: 'complaint' as const, address, messageIds, detail },
    })),
  );
}

/** SES replaces the header; the original is among the headers, if the topic includes them. */
const messageIdsOf = ({ mail }: SesEvent): (string | null | undefined)[] => [
  ...(mail?.headers ?? []).filter(({ name }) => name.toLowerCase() === 'message-id').map(({ value }) => value),
  mail?.commonHeaders?.messageId,
  mail?.messageId,
];
