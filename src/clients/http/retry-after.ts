// Retry-After, RFC 9110 section 10.2.3: seconds, or a date.

/** Milliseconds from `now`; 0 for a date in the past; null if it is missing or invalid. */
export function parseRetryAfter(value: unknown, now: Date): number | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
