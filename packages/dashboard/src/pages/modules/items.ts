// Reads the fields of an item for a module's pages, and fills in paths that refer to them. Pure.

export type Item = Readonly<Record<string, unknown>>;

/** `progress.done` refers to a nested field. */
export const valueAt = (item: Item, field: string): unknown =>
  field.split('.').reduce<unknown>((value, part) => (value as Item | null | undefined)?.[part], item);

/** Returns an empty string for values that are not plain. */
export const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

/** Fills in `/charges/:id/retry` with the fields of the item. Null if one of them is empty. */
export function filled(path: string, item: Item): string | null {
  let whole = true;
  const text = path.replace(/:(\w+)/g, (_, field: string) => {
    const value = textOf(item[field]);
    if (value === '') whole = false;
    return encodeURIComponent(value);
  });
  return whole ? text : null;
}

/** The condition of an action. */
interface Offer {
  readonly path: string;
  readonly when?: Condition | readonly Condition[] | undefined;
}

interface Condition {
  readonly field: string;
  readonly values: readonly (string | number | boolean | null)[];
}

const holds = ({ field, values }: Condition, item: Item): boolean => {
  const given = valueAt(item, field) ?? null;
  return values.some((value) => value === given);
};

/** Whether an action applies to this item. */
export const isOffered = ({ when, path }: Offer, item: Item): boolean =>
  filled(path, item) !== null && (when === undefined || [when].flat().every((one) => holds(one, item)));

function pair([name, value]: readonly [string, unknown]): string {
  const word = name.replaceAll('_', ' ');
  return typeof value === 'number' ? `${word} (${value})` : `${word}: ${inShort(value)}`;
}

/** Whether there is nothing to show. */
export const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** A local time without an offset, such as `2026-11-30T07:00:00`. */
const LOCAL_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?$/;

const localTime = (text: string): string =>
  text.replace(
    LOCAL_TIME,
    (_, date: string, time: string, seconds = '') => `${date} ${time}${seconds === ':00' ? '' : seconds}`,
  );

/** Formats any value on one line; lists and small objects as plain text. */
export function inShort(value: unknown): string {
  if (typeof value === 'string') return localTime(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(inShort).join(', ');
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(pair).join(', ');
  return String(value);
}

/** The first thing that is said about an item, as its name in a question; an id is shortened. */
export function nameOf(columns: readonly { readonly field: string; readonly kind: string }[], item: Item): string {
  const [first] = columns;
  if (first === undefined) return '';
  const text = inShort(textOf(valueAt(item, first.field)));
  return first.kind === 'id' && text.length > 12 ? `${text.slice(0, 8)}…` : text;
}
