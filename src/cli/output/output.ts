// Where text goes: results to standard output, notes for people to standard error. Colours only on a terminal.
import { createPaint, type Paint } from './paint.js';

export interface Output {
  readonly paint: Paint;
  /** Columns of the terminal; null: no terminal. */
  readonly width: number | null;
  line(text: string): void;
  json(value: unknown): void;
  /** For the user at the terminal, not part of the result. */
  note(text: string): void;
  /** Replaces the last status on a terminal; elsewhere nothing is written. Empty: removes it. */
  status(text: string): void;
  /** Clears the terminal; elsewhere nothing is written. */
  clear(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

export function createOutput(stdout: Stream, stderr: Stream, env: Environment): Output {
  const dumb = env['TERM'] === 'dumb';
  const noColour = Boolean(env['NO_COLOR']) || dumb;
  return {
    paint: createPaint(Boolean(stdout.isTTY) && !noColour),
    width: stdout.isTTY ? stdout.columns : null,
    line: (text) => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, stdout.isTTY ? 2 : 0)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    status: (text) => {
      if (stderr.isTTY && !dumb) stderr.write(`\r\u001b[2K${text.slice(0, (stderr.columns || 80) - 1)}`);
    },
    clear: () => {
      if (stdout.isTTY && !dumb) stdout.write('\u001b[H\u001b[2J');
    },
  };
}
