// One spelling for each address, so that the suppression list finds it however it is written.
import { domainToASCII, domainToUnicode } from 'node:url';
import type { DeliveryMethod } from '../../../clients/notifier.js';

const ANGLE = /<([^<>]*)>\s*$/;
/** One `@`, something on either side, no white space or control characters. */
const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,253}$/u;
const PHONE = /^\+?\d{4,20}$/;

/**
 * Pure. The address in lower case: of an email without the name beside it and with an internationalised domain in its ASCII form, of a
 * phone number without spaces and punctuation. Null for what is no address.
 */
export const normalAddress = (method: DeliveryMethod, given: string): string | null =>
  method === 'email' ? normalEmail(given) : normalPhone(given);

function normalEmail(given: string): string | null {
  const text = (ANGLE.exec(given)?.[1] ?? given).trim().normalize('NFC').toLowerCase();
  if (!EMAIL.test(text)) return null;
  const at = text.indexOf('@');
  const domain = domainToASCII(text.slice(at + 1));
  return domain === '' ? null : `${text.slice(0, at)}@${domain}`;
}

function normalPhone(given: string): string | null {
  const text = given.replace(/[\s().-]/g, '');
  return PHONE.test(text) ? text : null;
}

/** Pure. A normal address in each spelling that a message may be addressed with: an internationalised domain has two. */
export function spellingsOf(address: string): readonly string[] {
  const at = address.indexOf('@');
  if (at < 0) return [address];
  const unicode = domainToUnicode(address.slice(at + 1));
  return [...new Set([address, `${address.slice(0, at)}@${unicode}`])];
}
