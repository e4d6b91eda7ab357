// A value of an item, shown by the kind of its column: on one line in a table, in full among facts.
import type { ComponentChildren } from 'preact';
import { WholeId } from '../../components/copy.js';
import { Status } from '../../components/icons/status.js';
import { Json } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { ShortId } from '../../components/short-id.js';
import { Time } from '../../components/time.js';
import type { ModuleColumn } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { duration, number } from '../../time/format.js';
import { filled, inShort, isNothing, valueAt, type Item } from './items.js';

interface CellProps {
  readonly column: ModuleColumn;
  readonly item: Item;
  /** In full, with what it takes to copy it. */
  readonly whole?: boolean;
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
  typeof value === 'boolean' ? (value ? 'enabled' : 'disabled') : inShort(value);

const milliseconds = (value: unknown, unit: ModuleColumn['unit']): number => Number(value) * (unit === 's' ? 1_000 : 1);

const Done = ({ column: { title, total, eta }, item, value }: CellProps & { readonly value: unknown }) => {
  const whole = total === undefined ? null : valueAt(item, total);
  const left = eta === undefined ? null : valueAt(item, eta);
  if (typeof whole !== 'number') return <>{number(Number(value))}</>;
  const note = typeof left === 'number' ? `${duration(left * 1_000)} left` : null;
  return <Progress label={title} done={Number(value)} total={whole} note={note} />;
};

const Text = ({ text, whole = false }: { readonly text: string; readonly whole?: boolean | undefined }) =>
  whole ? (
    <span class="pre-line">{text}</span>
  ) : (
    <span class="clip" title={text}>
      {text}
    </span>
  );

function shown({ column, item, whole }: CellProps, value: unknown): ComponentChildren {
  switch (column.kind) {
    case 'time':
      return <Time at={inShort(value)} />;
    case 'status':
      return <Status status={stateOf(value)} />;
    case 'money':
      return money(Number(value), item.currency);
    case 'number':
      return number(Number(value));
    case 'duration':
      return duration(milliseconds(value, column.unit));
    case 'progress':
      return <Done column={column} item={item} value={value} />;
    case 'id':
      return whole ? <WholeId id={inShort(value)} /> : <ShortId id={inShort(value)} />;
    case 'json':
      return whole ? <Json value={value} label={column.title} /> : <Text text={JSON.stringify(value)} />;
    case 'text':
      return <Text text={inShort(value)} whole={whole} />;
  }
}

export const Cell = (props: CellProps) => {
  const { column, item } = props;
  const value = valueAt(item, column.field);
  if (isNothing(value)) return <span class="muted nothing">–</span>;
  const path = column.link === undefined ? null : filled(column.link, item);
  const content = shown(props, value);
  return path === null ? <>{content}</> : <a href={`${link([])}${path}`}>{content}</a>;
};
