// Normalises addresses, so that the suppression list finds them however they are written. In the database, `address_key` does the same
// (migration 0005).
import { domainToASCII } from 'node:url';
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
  const text = (ANGLE.exec(given)?.[1] ?? given).trim().normalize('NFC');
  if (!EMAIL.test(text)) return null;
  const at = text.indexOf('@');
  // character by character, as in the database: toLowerCase writes a capital sigma at the end of a word differently
  const local = Array.from(text.slice(0, at), (letter) => letter.toLowerCase()).join('');
  const domain = domainToASCII(text.slice(at + 1));
  return domain === '' ? null : `${local}@${domain}`;
}

/** Pure. The same for every spelling of an address; what is not an address has itself as its key. */
export const addressKey = (method: DeliveryMethod, given: string): string =>
  normalAddress(method, given) ?? given.toLowerCase();

function normalPhone(given: string): string | null {
  const text = given.replace(/[\s().-]/g, '');
  return PHONE.test(text) ? text : null;
}
