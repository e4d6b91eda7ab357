// What a module's pages read from an item, and make of the paths that name its fields. Pure.

export type Item = Readonly<Record<string, unknown>>;

/** `progress.done` is inside another field. */
export const valueAt = (item: Item, field: string): unknown =>
  field.split('.').reduce<unknown>((value, part) => (value as Item | null | undefined)?.[part], item);

/** The empty text for what is no word. */
export const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

/** `/charges/:id/retry` with the fields of the item. Null where one of them is empty. */
export function filled(path: string, item: Item): string | null {
  let whole = true;
  const text = path.replace(/:(\w+)/g, (_, field: string) => {
    const value = textOf(item[field]);
    if (value === '') whole = false;
    return encodeURIComponent(value);
  });
  return whole ? text : null;
}

/** Of an action. */
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

/** Whether an action makes sense for this item. */
export const isOffered = ({ when, path }: Offer, item: Item): boolean =>
  filled(path, item) !== null && (when === undefined || [when].flat().every((one) => holds(one, item)));

function pair([name, value]: readonly [string, unknown]): string {
  const word = name.replaceAll('_', ' ');
  return typeof value === 'number' ? `${word} (${value})` : `${word}: ${inShort(value)}`;
}

/** Whether there is nothing to be shown. */
export const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** `2026-11-30T07:00:00`, of a local clock: without an offset. */
const LOCAL_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?$/;

const localTime = (text: string): string =>
  text.replace(
    LOCAL_TIME,
    (_, date: string, time: string, seconds = '') => `${date} ${time}${seconds === ':00' ? '' : seconds}`,
  );

/** Anything on one line: lists and small objects as people write them. */
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
