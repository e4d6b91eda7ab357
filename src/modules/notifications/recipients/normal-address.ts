// Normalises addresses, so that the suppression list finds them however they are written.
import { domainToASCII, domainToUnicode } from 'node:url';
import type { DeliveryMethod } from '../../../clients/notifier.js';

const ANGLE = /<([^<>]*)>\s*$/;
/** One `@`, something on either side, no white space or control characters. */
const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,253}$/u;
const PHONE = /^\+?\d{4,20}$/;

/**
 * Pure. The address in lower case: an email without its display name and with an internationalised domain in ASCII, a phone number without
 * spaces and punctuation. Null if it is not an address.
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

/** Pure. All spellings of a normalised address that a message may use: an internationalised domain has two. */
export function spellingsOf(address: string): readonly string[] {
  const at = address.indexOf('@');
  if (at < 0) return [address];
  const unicode = domainToUnicode(address.slice(at + 1));
  return [...new Set([address, `${address.slice(0, at)}@${unicode}`])];
}
