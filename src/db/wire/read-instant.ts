// Reads a timestamptz as PostgreSQL writes it with DateStyle ISO, whatever the time zone of the session.

const INSTANT = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/** A Date truncated to milliseconds, or the number ±Infinity for PostgreSQL's infinities. Throws RangeError for anything else. */
export function readInstant(text: string): Date | number {
  const parts = INSTANT.exec(text);
  if (parts === null) return readInfinity(text);
  const [, year, month, day, hour, minute, second, fraction = '', sign, ...offset] = parts;
  const fullYear = offset[3] === undefined ? Number(year) : 1 - Number(year);
  const ms = fraction === '' ? 0 : Math.floor(Number(`${fraction}00`.slice(0, 3)));
  const at = new Date(Date.UTC(fullYear, +month! - 1, +day!, +hour!, +minute!, +second!, ms));
  // Date.UTC interprets the years 0 to 99 as 1900 to 1999
  if (fullYear >= 0 && fullYear < 100) at.setUTCFullYear(fullYear, +month! - 1, +day!);
  const offsetMs = (Number(offset[0]) * 3_600 + Number(offset[1] ?? 0) * 60 + Number(offset[2] ?? 0)) * 1_000;
  return offsetMs === 0 ? at : new Date(at.getTime() + (sign === '+' ? -offsetMs : offsetMs));
}

function readInfinity(text: string): number {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  throw new RangeError(`not a timestamp in ISO style: ${text}`);
}
