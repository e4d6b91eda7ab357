// Normalises a raw member: returns one that can be stored, or the reason why not. Pure.
import { domainToASCII } from 'node:url';
import type { Member, Reject } from '../db/store.js';

/** As delivered by a provider or a file: no field is validated. */
export interface RawMember {
  readonly id?: unknown;
  readonly email?: unknown;
  readonly name?: unknown;
  readonly createdAt?: unknown;
  /** Line of the file, counted from 1. */
  readonly line?: number;
}

export type Normalised =
  { readonly ok: true; readonly member: Member } | { readonly ok: false; readonly reject: Reject };

// RFC 5321, section 4.5.3.1
const LONGEST_LOCAL = 64;
const LONGEST_ADDRESS = 254;
const LONGEST_TEXT = 200;
const LONGEST_SHOWN = 300;

/**
 * RFC 5322's dot-atom, and letters of other scripts as RFC 6531 allows. Quoted local parts are refused: they are never intended in a list.
 */
const LOCAL = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const PLAIN_LOCAL = /^[\w+-]+(\.[\w+-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z][a-z0-9-]{0,61}[a-z0-9])$/;
/** Zero-width characters that are copied along with addresses from web pages, and characters that PostgreSQL cannot store. */
const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF\u00AD]/gu;
const UNSTORABLE = /\0|\p{Surrogate}/u;
/** Characters that are never intended in a name or id; one of them separates the columns of a batch. */
const CONTROL = /(?!\s)[\p{Cc}\p{Surrogate}]/gu;

/** Printable ASCII: most values, which need no normalisation. */
const PLAIN = /^[ -~]*$/;

/** Trims and composes (NFC); a non-string number is taken as its digits. */
function textOf(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return '';
  if (PLAIN.test(value)) return value.trim();
  return value.normalize('NFC').replaceAll(INVISIBLE, '').trim();
}

const shortText = (value: unknown): string | null => {
  const trimmed = textOf(value);
  if (trimmed.length <= LONGEST_TEXT && PLAIN.test(trimmed) && !trimmed.includes('  ')) return trimmed || null;
  const text = trimmed.replaceAll(CONTROL, '').replaceAll(/\s+/gu, ' ');
  return text === '' ? null : [...text].slice(0, LONGEST_TEXT).join('');
};

const FIRST_MS = Date.UTC(1900, 0);
const END_MS = Date.UTC(10_000, 0);

/** Milliseconds since 1970. Null if it is not a time; a date without a zone counts as UTC. */
function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  // providers give seconds as often as milliseconds
  const ms = typeof value === 'string' ? Date.parse(value) : value < 1e11 ? value * 1_000 : value;
  return ms >= FIRST_MS && ms < END_MS ? Math.trunc(ms) : null;
}

/** The form of most addresses; the general rules give the same result at three times the cost. */
const USUAL = /^[\w+-]+(?:\.[\w+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const LONGEST_USUAL = 64;

/**
 * The address in its stored form, or the reason why it is invalid. The local part keeps its case; the key for comparison is in lower case.
 */
export function normaliseAddress(value: unknown): { email: string; key: string } | string {
  const text = textOf(value);
  if (text.length <= LONGEST_USUAL && USUAL.test(text)) return { email: text, key: text.toLowerCase() };
  if (text === '') return 'no address';
  if (!PLAIN.test(text) && UNSTORABLE.test(text)) return 'the address has a character that cannot be stored';
  const at = text.lastIndexOf('@');
  if (at <= 0) return 'not an address';
  const local = text.slice(0, at);
  const named = text.slice(at + 1).toLowerCase();
  const domain = PLAIN.test(named) ? named : domainToASCII(named);
  if (local.length > LONGEST_LOCAL || local.length + domain.length + 1 > LONGEST_ADDRESS)
    return 'the address is too long';
  const isLocal = PLAIN_LOCAL.test(local) || LOCAL.test(local);
  if (!isLocal || !DOMAIN.test(domain)) return 'not an address';
  return { email: `${local}@${domain}`, key: `${local.toLowerCase()}@${domain}` };
}

const shown = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  return text === '' ? null : [...text.replaceAll(/\0|\p{Surrogate}/gu, '�')].slice(0, LONGEST_SHOWN).join('');
};

/** Never throws, whatever the fields are. */
export function normaliseMember(raw: RawMember): Normalised {
  const externalId = shortText(raw.id);
  const address = normaliseAddress(raw.email);
  if (typeof address === 'string') {
    return { ok: false, reject: { line: raw.line ?? null, externalId, value: shown(raw.email), reason: address } };
  }
  const { email, key } = address;
  const member = { emailKey: key, email, externalId, name: shortText(raw.name), joinedAtMs: timeOf(raw.createdAt) };
  return { ok: true, member };
}
