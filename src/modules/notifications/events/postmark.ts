// Postmark: bounces, spam complaints and changes of its own suppression list. It does not sign: the secret is the password of the
// webhook's URL (https://punctual:SECRET@…), or a Bearer token in a header that is set for the webhook.
import { z } from 'zod';
import { toEvents, type EventProviderClient, type MailEventKind } from './mail-event.js';
import { isSame, readJson, refused } from './verify.js';

const text = z.string().nullish();
const schema = z.object({
  RecordType: text,
  ID: z.union([z.number(), z.string()]).nullish(),
  Type: text,
  Email: text,
  Recipient: text,
  MessageID: text,
  Inactive: z.boolean().nullish(),
  SuppressSending: z.boolean().nullish(),
  SuppressionReason: text,
  ChangedAt: text,
  Description: text,
  Details: text,
  Metadata: z.record(z.string(), z.unknown()).nullish(),
});
type Record_ = z.output<typeof schema>;

const HARD = new Set(['HardBounce', 'BadEmailAddress']);
const COMPLAINT = new Set(['SpamComplaint', 'SpamNotification']);

/** Pure. Null: ignored. */
function kindOf({ RecordType, Type, Inactive, SuppressSending, SuppressionReason }: Record_): MailEventKind | null {
  if (RecordType === 'SubscriptionChange') {
    if (SuppressSending !== true) return null;
    return SuppressionReason === 'SpamComplaint'
      ? 'complaint'
      : SuppressionReason === 'HardBounce'
        ? 'hard_bounce'
        : null;
  }
  const type = Type ?? '';
  if (RecordType === 'SpamComplaint' || COMPLAINT.has(type)) return 'complaint';
  if (RecordType !== 'Bounce' && (RecordType ?? null) !== null) return null;
  if (type === '') return null;
  return HARD.has(type) || Inactive === true ? 'hard_bounce' : 'soft_bounce';
}

export const postmark = (secret: string): EventProviderClient => ({
  read({ headers, body }) {
    if (!isSame(passwordOf(headers['authorization'] ?? ''), secret)) throw refused('the password or token is wrong');
    const record = readJson(body, schema);
    const kind = kindOf(record);
    const address = record.Email ?? record.Recipient ?? '';
    if (kind === null) return [];
    const { RecordType, ID, ChangedAt, MessageID, Metadata, Description, Details } = record;
    const messageId = Metadata?.['message_id'];
    return toEvents([
      {
        // records of different types have separate ids; a change of the list has none
        id: `${RecordType ?? 'Bounce'}:${String(ID ?? `${address}:${ChangedAt ?? MessageID ?? ''}`)}`,
        kind,
        address,
        messageIds: [MessageID, typeof messageId === 'string' ? messageId : null],
        detail: [Description, Details].filter(Boolean).join(' '),
      },
    ]);
  },
});

/** The password of `Basic`, with any user name, or the token of `Bearer`. */
function passwordOf(authorization: string): string {
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +([^\s]+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
