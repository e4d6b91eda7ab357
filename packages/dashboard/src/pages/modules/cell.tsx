// A value of a module's row, shown by the kind of its column.
import { Status } from '../../components/icons/status.js';
import { ShortId } from '../../components/short-id.js';
import { Time } from '../../components/time.js';
import type { ColumnKind } from '../../state/module-pages.js';
import { number } from '../../time/format.js';

interface CellProps {
  readonly kind: ColumnKind;
  readonly value: unknown;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Minor units of a currency as its people write them. */
function money(minor: number, currency: unknown): string {
  const code = typeof currency === 'string' ? currency.toUpperCase() : 'USD';
  try {
    const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency: code });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${minor} ${code}`;
  }
}

/** A boolean is a state too: on or off. */
const stateOf = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'enabled' : 'disabled') : String(value);

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const Cell = ({ kind, value, row }: CellProps) => {
  if (value === null || value === undefined || value === '') return <span class="muted">–</span>;
  switch (kind) {
    case 'time':
      return <Time at={plain(value)} />;
    case 'status':
      return <Status status={stateOf(value)} />;
    case 'money':
      return <>{money(Number(value), row.currency)}</>;
    case 'number':
      return <>{number(Number(value))}</>;
    case 'id':
      return <ShortId id={plain(value)} />;
    case 'text':
      return (
        <span class="clip" title={plain(value)}>
          {plain(value)}
        </span>
      );
  }
};
