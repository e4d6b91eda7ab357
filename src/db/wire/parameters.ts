// Converts values to text that has the same meaning with any defaults of pg and any settings of the session.

import { isDate } from 'node:util/types';

/** A parameter that the driver sends without converting it. */
export type Parameter = string | Buffer | null;

/** Throws RangeError for an invalid Date. */
export function toParameter(value: unknown): Parameter {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (isDate(value)) return instant(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  if (Buffer.isBuffer(value)) return value;
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return JSON.stringify(value);
}

/** ISO 8601 in UTC. PostgreSQL expects years after 9999 without a sign, and years before 1 as BC. */
function instant(value: Date): string {
  const iso = value.toISOString();
  if (iso[0] !== '+' && iso[0] !== '-') return iso.startsWith('0000') ? `0001${iso.slice(4)} BC` : iso;
  const rest = iso.slice(7);
  const year = Number(iso.slice(1, 7));
  return iso[0] === '+' ? `${year}${rest}` : `${String(year + 1).padStart(4, '0')}${rest} BC`;
}

const arrayLiteral = (values: readonly unknown[]): string => `{${values.map(element).join()}}`;

function element(value: unknown): string {
  // most values need no escaping, and there may be thousands
  if (typeof value === 'string' && !value.includes('"') && !value.includes('\\')) return `"${value}"`;
  if (Array.isArray(value)) return arrayLiteral(value);
  const text = toParameter(value);
  if (text === null) return 'NULL';
  return `"${(typeof text === 'string' ? text : `\\x${text.toString('hex')}`).replaceAll(/[\\"]/g, '\\$&')}"`;
}
