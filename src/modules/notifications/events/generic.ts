// For any other provider, or a small program that reads bounces from a mailbox: a signed list of events in our own format.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { toEvents, type EventProviderClient } from './mail-event.js';
import { freshTimestamp, isSame, readJson, refused } from './verify.js';

const MOST_EVENTS = 1_000;

const event = z.strictObject({
  id: z.string().min(1).max(400),
  kind: z.enum(['hard_bounce', 'soft_bounce', 'complaint']),
  address: z.string().min(3).max(320),
  message_id: z.string().max(500).nullish(),
  detail: z.string().max(1_000).nullish(),
});
const schema = z.strictObject({ events: z.array(event).min(1).max(MOST_EVENTS) });

/** What `X-Punctual-Signature` must be: HMAC-SHA256 over the timestamp, a dot and the body. */
export const genericSignature = (secret: string, timestamp: string, body: Buffer | string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;

export const generic = (secret: string): EventProviderClient => ({
  read({ headers, body, now }) {
    const timestamp = headers['x-punctual-timestamp'];
    freshTimestamp(timestamp, now);
    const expected = genericSignature(secret, timestamp ?? '', body);
    if (!isSame(headers['x-punctual-signature'] ?? '', expected)) throw refused('the signature does not match');
    return toEvents(
      readJson(body, schema).events.map(({ message_id, ...one }) => ({ ...one, messageIds: [message_id] })),
    );
  },
});
