// Numbers and times as people read them. Pure.

/** Foreign text, made safe for a terminal: a single line without control characters. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

export const NOTHING = '–';

export const number = (value: number): string => value.toLocaleString('en-US');

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `12 B`, `3.4 kB`, `1.2 GB`. */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1_000 ** step;
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step] ?? ''}`;
}

/** `12 ms`, `3.4 s`, `5 min`, `2 h`, `3 d`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}

/** `in 5 min`, `3 s ago`. */
export function relative(at: string | null, now: Date): string {
  if (at === null) return NOTHING;
  const ms = new Date(at).getTime() - now.getTime();
  if (Math.abs(ms) < 500) return 'now';
  return ms > 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`;
}

/** `2026-03-08T07:30:00Z (in 5 min)` */
export const timeAndDistance = (at: string | null, now: Date): string =>
  at === null ? NOTHING : `${shortTime(at)} (${relative(at, now)})`;

/** Without milliseconds that are zero. */
export const shortTime = (at: string): string => at.replace('.000Z', 'Z');

export const plural = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;
