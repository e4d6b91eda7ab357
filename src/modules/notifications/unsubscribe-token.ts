// The token in an unsubscribe link: the address and the category, sealed with the scheduler's encryption keys, so that it cannot be forged
// and no address can be read from a log of URLs.
import { z } from 'zod';
import type { DeliveryMethod } from '../../clients/notifier.js';
import type { ModuleHost } from '../../scheduler/public.js';

export interface UnsubscribeClaim {
  readonly method: DeliveryMethod;
  /** In lower case, or in any other spelling. */
  readonly address: string;
  readonly category: string;
  /** Null: the notification had none, and the address is unsubscribed. */
  readonly recipientId: string | null;
}

type Secrets = Pick<ModuleHost['secrets'], 'available' | 'encrypt' | 'decrypt'>;

/** The encryption context of the token: no other secret can be used as one. */
const CONTEXT = 'notifications:unsubscribe';
/** The longest address, category and id of a recipient in any script, sealed. */
export const LONGEST_TOKEN = 4_000;
/** What is sealed can usually stand in a URL as it is; the id of an encryption key may have any characters. */
const URL_SAFE = /^v1\.[\w.-]+$/;

const sealed = z.tuple([z.enum(['email', 'sms', 'whatsapp']), z.string(), z.string(), z.string().nullable()]);

/** A token that is safe in the path of a URL; null without encryption keys. */
export function unsubscribeToken(secrets: Secrets, claim: UnsubscribeClaim): string | null {
  if (!secrets.available) return null;
  const { method, address, category, recipientId } = claim;
  const stored = secrets.encrypt(JSON.stringify([method, address, category, recipientId]), CONTEXT);
  return URL_SAFE.test(stored) ? stored : Buffer.from(stored).toString('base64url');
}

/** The content of a token; null if it is not ours, was changed, or its key is no longer set. */
export function readUnsubscribeToken(secrets: Secrets, token: string): UnsubscribeClaim | null {
  if (token.length > LONGEST_TOKEN) return null;
  try {
    const stored = URL_SAFE.test(token) ? token : Buffer.from(token, 'base64url').toString();
    const plain = secrets.decrypt(stored, CONTEXT);
    const [method, address, category, recipientId] = sealed.parse(JSON.parse(plain));
    return { method, address, category, recipientId };
  } catch {
    return null;
  }
}
