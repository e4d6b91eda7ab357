// Rows in aligned columns, and named fields below each other.
import type { Paint, Tone } from './paint.js';
import { NOTHING, printable } from './words.js';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => string | number | null;
  readonly align?: 'right';
  readonly tone?: (row: T) => Tone | null;
}

export interface TableOptions {
  readonly paint: Paint;
  /** Width at which lines are cut; null: never. */
  readonly width: number | null;
}

const GAP = '  ';

/** A header line, then one line for each row. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], { paint, width }: TableOptions): string[] {
  const cells = rows.map((row) => columns.map((column) => text(column.cell(row))));
  const widths = columns.map(({ head }, i) => Math.max(head.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: readonly string[], tone: (i: number) => Tone | null): string => {
    let left = width ?? Infinity;
    const parts = texts.map((value, i) => {
      const last = i === texts.length - 1;
      const padded = pad(value, widths[i]!, columns[i]!.align, last);
      const shown = padded.slice(0, Math.max(0, left));
      left -= shown.length + GAP.length;
      return paint(shown, tone(i));
    });
    return parts.join(GAP).trimEnd();
  };
  return [
    line(
      columns.map(({ head }) => head),
      () => 'dim',
    ),
    ...cells.map((texts, r) => line(texts, (i) => columns[i]!.tone?.(rows[r]!) ?? null)),
  ];
}

const pad = (value: string, width: number, align: 'right' | undefined, last: boolean): string =>
  align === 'right' ? value.padStart(width) : last ? value : value.padEnd(width);

const text = (value: string | number | null): string =>
  value === null || value === '' ? NOTHING : printable(String(value));

export type Field = readonly [name: string, value: string | number | null, tone?: Tone | null];

/** `name value`, the names padded. Null values are left out. */
export function fields(list: readonly Field[], paint: Paint): string[] {
  const shown = list.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value, tone = null]) => `${paint(name.padEnd(width), 'dim')}  ${paint(text(value), tone)}`);
}
