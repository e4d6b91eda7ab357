// A table that becomes a list of cards on narrow screens.
import type { ComponentChildren, JSX } from 'preact';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Right-aligned, for numbers. */
  readonly end?: boolean;
  /** Takes the remaining width; long text is truncated. */
  readonly wide?: boolean;
  /** Whether a row has a value in this column; if no row has one, the column is omitted. Default: all rows do. */
  readonly has?: (row: T) => boolean;
}

interface DataTableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Makes rows selectable, with a checkbox each. */
  readonly selection?: Selection | undefined;
}

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

const classOf = <T,>({ end, wide }: Column<T>): string | undefined =>
  [end && 'end', wide && 'wide'].filter(Boolean).join(' ') || undefined;

function toggled(chosen: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(key)) next.add(key);
  return next;
}

const Head = <T,>({ columns, rows, keyOf, selection }: DataTableProps<T>) => {
  const all = rows.length > 0 && rows.every((row) => selection?.chosen.has(keyOf(row)));
  return (
    <thead role="rowgroup">
      <tr role="row">
        {selection && (
          <th role="columnheader" scope="col" class="pick">
            <input
              type="checkbox"
              aria-label="Select all on this page"
              checked={all}
              onChange={() => selection.onChange(new Set(all ? [] : rows.map(keyOf)))}
            />
          </th>
        )}
        {columns.map((column) => (
          <th key={column.key} role="columnheader" scope="col" class={classOf(column)}>
            {column.title}
          </th>
        ))}
      </tr>
    </thead>
  );
};

/** A click anywhere on the row follows its first link, unless text is being selected. */
function followRow(event: JSX.TargetedMouseEvent<HTMLTableRowElement>): void {
  const target = event.target as Element;
  if (target.closest('a, button, input, label, select, summary') || getSelection()?.toString()) return;
  const first = event.currentTarget.querySelector<HTMLAnchorElement>('a.row-link');
  if (first && event.button === 0) first.dispatchEvent(new MouseEvent('click', event));
}

const shown = <T,>({ columns, rows }: DataTableProps<T>): readonly Column<T>[] =>
  columns.filter(({ has }) => has === undefined || rows.some(has));

export const DataTable = <T,>(props: DataTableProps<T>) => {
  const { caption, rows, keyOf, selection } = props;
  const columns = shown(props);
  return (
    <div class="table-room" tabIndex={0} role="region" aria-label={caption}>
      <table class="data" role="table" aria-label={caption}>
        <Head {...props} columns={columns} />
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" onClick={followRow}>
              {selection && (
                <td role="cell" class="pick">
                  <input
                    type="checkbox"
                    aria-label={`Select ${keyOf(row)}`}
                    checked={selection.chosen.has(keyOf(row))}
                    onChange={() => selection.onChange(toggled(selection.chosen, keyOf(row)))}
                  />
                </td>
              )}
              {columns.map((column) => (
                <td key={column.key} role="cell" data-label={column.title} class={classOf(column)}>
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
