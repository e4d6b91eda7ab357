// Members as CSV (RFC 4180), safe to open in a spreadsheet.
import type { ListMember } from '../db/members.js';

/**
 * Spreadsheets run a cell that begins like this as a formula, some also with the characters in full width: it is prefixed with an apostrophe
 * (OWASP, CSV injection).
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** Pure. */
function csvCell(value: string | null): string {
  if (value === null) return '';
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const CSV_HEADER = 'id,external_id,email,name,joined_at\r\n';

export const csvLines = (members: readonly ListMember[]): string =>
  members
    .map(({ id, externalId, email, name, joinedAt }) =>
      [id, externalId, email, name, joinedAt?.toISOString() ?? null].map(csvCell).join(),
    )
    .map((line) => `${line}\r\n`)
    .join('');
