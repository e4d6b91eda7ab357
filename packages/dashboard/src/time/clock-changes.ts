// When the clocks of a zone change within a span of time. For marks in charts and calendars; what fires is computed by the server.

export interface ClockChange {
  /** The first moment of the new offset, epoch ms. */
  readonly at: number;
  /** Minutes that the local clock jumps: 60 in spring, −60 in autumn. */
  readonly jumpMinutes: number;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const readers = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC. */
export function offsetMinutes(at: number, zone: string): number {
  let reader = readers.get(zone);
  if (reader === undefined) {
    reader = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    readers.set(zone, reader);
  }
  const name = reader.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function changeBetween(from: number, to: number, zone: string): ClockChange {
  const before = offsetMinutes(from, zone);
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetMinutes(middle, zone) === before) low = middle;
    else high = middle;
  }
  return { at: high, jumpMinutes: offsetMinutes(high, zone) - before };
}

/** Each change of clock in [from, to), in order. */
export function clockChanges(from: number, to: number, zone: string): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  for (let at = start; at < to; at += STEP_MS) {
    const end = at + STEP_MS;
    if (offsetMinutes(at, zone) !== offsetMinutes(end, zone)) changes.push(changeBetween(at, end, zone));
  }
  return changes.filter(({ at }) => at >= from && at < to);
}

/** `+1 h`, `−30 min`. */
export function jumpInWords(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${size % 60 === 0 ? `${size / 60} h` : `${size} min`}`;
}
