// Resend: signed by Svix, whose scheme is that of Standard Webhooks with other names for the headers.
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { SchedulerError } from '../../../scheduler/public.js';
import { toEvents, type EventProviderClient, type EventRequest, type MailEventKind } from './mail-event.js';
import { freshTimestamp, isSame, readJson, refused } from './verify.js';

const text = z.string().nullish();
const schema = z.object({
  type: z.string(),
  data: z
    .object({
      email_id: text,
      message_id: text,
      to: z.union([z.array(z.string()).max(1_000), z.string()]).nullish(),
      bounce: z.object({ type: text, subType: text, message: text }).nullish(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
    })
    .nullish(),
});

/** Pure. Null: ignored. */
function kindOf(type: string, bounce: string | null | undefined): MailEventKind | null {
  if (type === 'email.complained') return 'complaint';
  if (type === 'email.suppressed') return 'hard_bounce';
  if (type !== 'email.bounced') return null;
  // it reports a bounce once the receiving server has finally refused; newer events include the kind
  return bounce === 'Transient' || bounce === 'Temporary' || bounce === 'Undetermined' ? 'soft_bounce' : 'hard_bounce';
}

/** `secret` is the signing secret of the webhook, `whsec_…`. Throws INVALID_CONFIG for one that is not base64. */
export function resend(secret: string): EventProviderClient {
  const webhook = webhookOf(secret);
  return {
    read(request) {
      const id = verified(webhook, request);
      const { type, data } = readJson(request.body, schema);
      const kind = kindOf(type, data?.bounce?.type);
      if (kind === null) return [];
      const header = data?.headers?.find(({ name }) => name.toLowerCase() === 'message-id')?.value;
      const messageIds = [data?.message_id, header, data?.email_id];
      const { subType, message } = data?.bounce ?? {};
      const detail = [subType, message].filter(Boolean).join(': ');
      return toEvents(
        [data?.to ?? []].flat().map((address, index) => ({ id: `${id}:${index}`, kind, address, messageIds, detail })),
      );
    },
  };
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch (cause) {
    const message = 'the secret of the provider resend must be a signing secret such as whsec_…';
    throw new SchedulerError('INVALID_CONFIG', message, {}, { cause });
  }
}

/** The id of the message. A header may hold several signatures, while a secret is being rotated. */
function verified(webhook: Webhook, { headers, body, now }: EventRequest): string {
  const header = (name: string): string | undefined => headers[`svix-${name}`] ?? headers[`webhook-${name}`];
  const id = header('id');
  if (id === undefined || id === '') throw refused('the header svix-id is missing');
  const at = freshTimestamp(header('timestamp'), now);
  const expected = webhook.sign(id, at, body.toString());
  const given = (header('signature') ?? '').split(' ').slice(0, 10);
  if (!given.map((one) => isSame(one, expected)).includes(true)) throw refused('the signature does not match');
  return id;
}
