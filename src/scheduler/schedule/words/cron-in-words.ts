// A cron pattern in words, generated from its parsed fields, so that the words describe what fires.
import { parseCron } from '../cron/cron-pattern.js';
import { daysInWords, monthsInWords } from './cron-days.js';
import { timesInWords } from './cron-times.js';

/** Beyond this, words are harder to read than the pattern. */
const LONGEST = 250;

/** `at 09:00, every Monday to Friday (cron 0 9 * * 1-5)`; only the pattern if a sentence would not help. */
export function cronInWords(expression: string): string {
  const pattern = parseCron(expression);
  const shown = expression.trim().split(/\s+/).join(' ');
  const times = timesInWords(pattern);
  if (times === null) return `by cron ${shown}`;
  const text = [times, daysInWords(pattern), monthsInWords(pattern)].filter((part) => part !== '').join(', ');
  return text.length + shown.length > LONGEST ? `by cron ${shown}` : `${text} (cron ${shown})`;
}
