// Reads a timestamptz as PostgreSQL writes it with DateStyle ISO, whatever the time zone of the session.

const INSTANT = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/** A Date cut to milliseconds; the number ±Infinity for PostgreSQL's infinities. Throws RangeError for anything else. */
export function readInstant(text: string): Date | number {
  const parts = INSTANT.exec(text);
  if (parts === null) return readInfinity(text);
  const [, year, month, day, hour, minute, second, fraction = '', sign, ...offset] = parts;
  const at = new Date(0);
  at.setUTCFullYear(offset[3] === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  at.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const [hours = 0, minutes = 0, seconds = 0] = offset.slice(0, 3).map((part) => Number(part ?? 0));
  const offsetMs = (hours * 3_600 + minutes * 60 + seconds) * 1_000;
  return offsetMs === 0 ? at : new Date(at.getTime() + (sign === '+' ? -offsetMs : offsetMs));
}

function readInfinity(text: string): number {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  throw new RangeError(`not an instant in ISO style: ${text}`);
}
