// Options that several commands share, and their values.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { systemClock } from '../../base/clock.js';

/** For lists: how many entries, and from where. */
export const paging = (command: Command): Command =>
  command
    .option('--limit <n>', 'maximum number of entries, up to 200', '50')
    .option('--cursor <cursor>', 'continue after an earlier page; the cursor is printed below that page');

/** Narrows what is listed, paused, resumed or processed. */
export const subscriptionFilters = (command: Command): Command =>
  command
    .addOption(
      new Option('--status <status>', 'in this state').choices([
        'pending',
        'processing',
        'completed',
        'failed',
        'suspended',
      ]),
    )
    .option('--user-id <id>', 'of this user')
    .option('--tenant-id <id>', 'of this tenant')
    .option('--timezone <zone>', 'in this time zone')
    .option('--frequency <frequency>', 'with this frequency')
    .option('--due', 'due now');

export const jobFilters = (command: Command): Command =>
  command
    .option('--type <type>', 'of this type')
    .option('--queue <queue>', 'in this queue')
    .option('--tenant-id <id>', 'of this tenant')
    .option('--workspace-id <id>', 'of this workspace')
    .option('--user-id <id>', 'of this user')
    .option('--group-id <id>', 'of this group')
    .option('--error-code <code>', 'whose last error has this code')
    .option('--since <time>', 'created at or after; a time, or an age such as 2h', instant)
    .option('--until <time>', 'created before; a time, or an age such as 30m', instant);

const AGE = /^(\d{1,6})(s|m|h|d)$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time with an offset, or an age: `2h` is two hours ago. Returns ISO 8601, UTC. */
export const instant = (text: string): string => moment(text, -1);

/** A time with an offset, or how long from now: `2h` is in two hours. Returns ISO 8601, UTC. */
export const fromNow = (text: string): string => moment(text, 1);

function moment(text: string, direction: 1 | -1): string {
  const [, number, unit] = AGE.exec(text) ?? [];
  if (number !== undefined) {
    const ms = Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
    return new Date(systemClock.now().getTime() + direction * ms).toISOString();
  }
  const at = new Date(text);
  if (!/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'It must be a time such as 2026-03-08T07:30:00Z, or a duration such as 30m, 2h or 7d.',
    );
  }
  return at.toISOString();
}

/** JSON, whatever its type. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON: ${(error as Error).message}.`);
  }
}

/** A whole number of at least 1. */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

/** A duration such as `30s` or `5m`, in seconds. */
export function seconds(text: string): number {
  const [, number, unit] = AGE.exec(text) ?? [];
  if (number !== undefined) return (Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS]) / 1_000;
  throw new InvalidArgumentError('It must be a duration such as 30s, 5m or 2h.');
}

/** Names in a list with commas. */
export const names = (text: string): readonly string[] => text.split(',').map((name) => name.trim());
