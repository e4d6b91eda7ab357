// What the demo shows to a person: colours where a terminal has them, one moving line for progress.

// The reader may close the pipe (`| head`): the demo then finishes without output.
process.stdout.on('error', () => {});

const isTerminal = process.stdout.isTTY === true;
const colour =
  (code: number) =>
  (text: string): string =>
    isTerminal && !process.env['NO_COLOR'] ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = colour(1);
export const dim = colour(2);
export const green = colour(32);
export const red = colour(31);
export const cyan = colour(36);

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);
export const step = (what: string, detail = ''): void => print(`${green('✓')} ${what.padEnd(24)} ${dim(detail)}`);
export const number = (value: number): string => value.toLocaleString('en-US');
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const WIDTH = 32;

export interface Bar {
  show(done: number, total: number, note: string): void;
  end(): void;
}

/** A moving bar on a terminal; otherwise a line for each quarter. */
export function createBar(): Bar {
  let quarter = 0;
  const draw = (done: number, total: number, note: string): string => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * WIDTH);
    return `  ${cyan('█'.repeat(filled))}${dim('░'.repeat(WIDTH - filled))} ${number(done)} of ${number(total)}  ${dim(note)}`;
  };
  return {
    show(done, total, note) {
      if (isTerminal) process.stdout.write(`\r\u001b[K${draw(done, total, note)}`);
      else if (done / Math.max(1, total) >= quarter / 4) {
        quarter = Math.floor((done / Math.max(1, total)) * 4) + 1;
        print(draw(done, total, note));
      }
    },
    end() {
      if (isTerminal) print();
    },
  };
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), []);
  for (const row of rows) print(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
