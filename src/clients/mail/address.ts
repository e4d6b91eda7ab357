// Validates addresses from outside. They are used in headers and SMTP commands, so nothing that could end a line is accepted.
import { SchedulerError } from '../../base/errors.js';
import type { MailAddress } from './transport.js';

const MAX_ADDRESS = 254;
const MAX_NAME = 200;
const LOCAL = /^[^\s\p{C}<>()[\]\\,;:@"]{1,64}$/u;
const DOMAIN = /^(?!.*\.\.)[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.-]*[\p{L}\p{M}\p{N}])?$/u;
const UNSAFE = /[\p{Cc}\u2028\u2029]/u;
const NAMED = /^(.*)<([^<>]*)>$/su;
/** Characters that people write between the digits of a phone number. */
const BETWEEN = /[\s().-]/g;
const PHONE = /^\+?[0-9]{5,15}$/;

/** Why this is not a mail address; null: it is one. */
export function refuseAddress(address: string): string | null {
  const at = address.lastIndexOf('@');
  const right = at > 0 && LOCAL.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1));
  if (!right) return 'must be a mail address such as ada@example.com';
  return address.length > MAX_ADDRESS ? `must have at most ${MAX_ADDRESS} characters` : null;
}

/** Why this cannot be used in a header, as a name or a subject; null: it can. */
export function refuseHeaderText(text: string, max: number = MAX_NAME): string | null {
  if (UNSAFE.test(text)) return 'must be a single line without control characters';
  return text.length > max ? `must have at most ${max} characters` : null;
}

/** A phone number as it is sent: digits, with a leading `+` if it was given; null: not a phone number. */
export function phoneNumber(text: string): string | null {
  const digits = text.replace(BETWEEN, '');
  return PHONE.test(digits) ? digits : null;
}

/** `ada@example.com` or `Ada Lovelace <ada@example.com>`. Throws INVALID_CONFIG, naming the setting. */
export function parseAddress(
  given: string | { readonly email: string; readonly name?: string },
  setting: string,
): MailAddress {
  const { email, name } = typeof given === 'string' ? split(given) : given;
  const wrong = refuseAddress(email) ?? (name === undefined ? null : refuseHeaderText(name));
  if (wrong !== null) throw new SchedulerError('INVALID_CONFIG', `${setting} ${wrong}`);
  return name === undefined || name === '' ? { address: email } : { address: email, name };
}

function split(text: string): { email: string; name?: string } {
  const [, name = '', email] = NAMED.exec(text.trim()) ?? [];
  if (email === undefined) return { email: text.trim() };
  return { email, name: name.trim().replace(/^"(.*)"$/s, '$1') };
}

export const domainOf = ({ address }: MailAddress): string => address.slice(address.lastIndexOf('@') + 1);
