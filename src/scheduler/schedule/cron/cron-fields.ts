// Splits a cron expression into its six fields, handling macros, the seventh field of some dialects, and notations that are refused.

/** What is wrong with a pattern, in words for its author. */
export class CronSyntaxError extends Error {
  override readonly name = 'CronSyntaxError';
}

export type CronFieldName = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'weekday';
export type CronFields = Readonly<Record<CronFieldName, string>>;

const MAX_LENGTH = 2_048;

/** The macros of Vixie cron. */
const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const SHAPE = 'needs five fields (minute, hour, day of month, month, day of week), or six with seconds first';
const ZONE = /^(tz|cron_tz)=|^[a-z_]{3,}\/[a-z_][a-z_+\-0-9/]+$|^(utc|gmt)$/;

/** In lower case, with `?` as `*`. Throws CronSyntaxError. */
export function cronFields(expression: string): CronFields {
  if (expression.length > MAX_LENGTH) throw new CronSyntaxError(`longer than ${MAX_LENGTH} characters`);
  const text = expression.trim().toLowerCase();
  const known = MACROS[text];
  if (known === undefined && text.startsWith('@')) {
    throw new CronSyntaxError(`"${text.slice(0, 40)}" is not one of ${Object.keys(MACROS).join(', ')}`);
  }
  const parts = (known ?? text).replaceAll('?', '*').split(/\s+/);
  refuseOtherDialects(parts);
  if (parts.length === 7) dropYear(parts);
  if (parts.length !== 5 && parts.length !== 6) throw new CronSyntaxError(SHAPE);
  const [second, minute, hour, day, month, weekday] = parts.length === 6 ? parts : ['0', ...parts];
  return { second, minute, hour, day, month, weekday } as CronFields;
}

function refuseOtherDialects(parts: readonly string[]): void {
  if (ZONE.test(parts[0] ?? '') || (parts.length > 5 && ZONE.test(parts.at(-1) ?? ''))) {
    throw new CronSyntaxError('a time zone does not belong in the pattern: use timezone');
  }
  if (parts.some((part) => /(^|,)h($|[(/,])|~/.test(part) || part === 'r')) {
    throw new CronSyntaxError('H, R and ~ are not supported: use spread_s to spread occurrences');
  }
}

/** Quartz and others have a field for the year. */
function dropYear(parts: string[]): void {
  const year = parts.pop();
  if (year === '*') return;
  throw new CronSyntaxError('a seventh field (year) may only be * or ?: use starts_on and ends_on for years');
}
