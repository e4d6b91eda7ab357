// All details of a run, as lines.
import type { RunAnswer } from '../../api/answers.js';
import type { Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import { fields, type Field } from '../../output/table.js';
import { duration, number, printable, shortTime, timeAndDistance } from '../../output/words.js';

/** All details of a run. */
export function runLines({ clock, out: { paint } }: Io, run: RunAnswer): string[] {
  const now = clock.now();
  const early = run.stopped_early && run.status === 'completed';
  const list: Field[] = [
    ['run', run.id],
    ['process', run.process],
    ['status', `${run.status}${early ? ' (stopped early: the rest follows)' : ''}`, toneOf(run.status)],
    ['slot', run.slot && shortTime(run.slot)],
    ['trigger', run.triggered_by === null ? run.trigger : `${run.trigger} by ${run.triggered_by}`],
    ['started', timeAndDistance(run.started_at, now)],
    ['took', run.duration_ms === null ? null : duration(run.duration_ms)],
    ['counts', countsInWords(run.counts)],
    ['progress', progressInWords(run)],
    ['error', run.error, 'bad'],
    ['errors', countsInWords(run.error_groups), 'warn'],
    ['input', run.input === null ? null : JSON.stringify(run.input)],
  ];
  const samples = run.errors.map(
    ({ id, code, message }) => `  ${printable(id)}  ${printable(code)}  ${printable(message)}`,
  );
  return [...fields(list, paint), ...(samples.length > 0 ? ['', paint('samples of errors', 'dim'), ...samples] : [])];
}

/** `processed 5, failed 1`: counts of zero are left out. */
export const countsInWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, n]) => n !== 0)
    .map(([name, n]) => `${name} ${number(n)}`)
    .join(', ');

function progressInWords({ status, progress }: RunAnswer): string | null {
  if (status !== 'running' || progress === null) return null;
  const total = progress.total === null ? '' : ` of ${number(progress.total)}`;
  return `${number(progress.done)}${total}${progress.note === null ? '' : `, ${progress.note}`}`;
}
