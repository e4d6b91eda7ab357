// Searches a column by prefix with its ordinary index: the prefix becomes ranges of the column's type, whatever its collation.

/** The types whose values can be searched by prefix. */
export type PrefixKind = 'uuid' | 'integer' | 'text';

/** Ranges, ends included: the n-th from `from[n]` to `to[n]`. */
export interface PrefixRanges {
  readonly from: readonly string[];
  readonly to: readonly (string | null)[];
}

const HYPHENS = [8, 13, 18, 23];
const UUID_LENGTH = 36;
const HEX_DIGITS = 32;
const GREATEST = 2n ** 63n - 1n;

/** The kind for a type as spelled by `format_type`; null: its values can only be compared as a whole. */
export const prefixKindOf = (type: string): PrefixKind | null => {
  if (type === 'uuid') return 'uuid';
  if (['smallint', 'integer', 'bigint'].includes(type)) return 'integer';
  return ['text', 'character varying'].includes(type) ? 'text' : null;
};

function uuidRange(text: string): PrefixRanges | null {
  const begins = [...text].every((sign, at) => (sign === '-') === HYPHENS.includes(at));
  const digits = text.replaceAll('-', '');
  if (!begins || text.length > UUID_LENGTH || !/^[0-9a-f]*$/i.test(digits)) return null;
  return { from: [digits.padEnd(HEX_DIGITS, '0')], to: [digits.padEnd(HEX_DIGITS, 'f')] };
}

/** The prefix 47 matches 47, 470 to 479, 4700 to 4799 and so on. */
function integerRanges(text: string): PrefixRanges | null {
  if (!/^[1-9]\d{0,18}$/.test(text)) return null;
  const from: string[] = [];
  const to: string[] = [];
  for (let first = BigInt(text), count = 1n; first <= GREATEST; first *= 10n, count *= 10n) {
    const last = first + count - 1n;
    from.push(`${first}`);
    to.push(`${last < GREATEST ? last : GREATEST}`);
  }
  return from.length === 0 ? null : { from, to };
}

/** Null: no value of that type begins with this text. For text columns, `rangeEnd` determines the end of the range. */
export function prefixRanges(kind: PrefixKind, text: string): PrefixRanges | null {
  if (kind === 'uuid') return uuidRange(text);
  return kind === 'integer' ? integerRanges(text) : { from: [text], to: [null] };
}

/** The type in which ranges are sent to the database. */
export const RANGE_TYPES: Readonly<Record<PrefixKind, string>> = { uuid: 'uuid', integer: 'bigint', text: 'text' };

/** The end of the range of a prefix: no character sorts after U+10FFFF. Not every encoding has that character. */
export const rangeEnd = (text: string): string =>
  `${text} || chr(CASE WHEN getdatabaseencoding() = 'UTF8' THEN 1114111 ELSE 122 END)`;

/**
 * The condition on a column, for a range `r (lo, hi)`. Text is also compared with the prefix itself, because a collation may sort other
 * values into the range.
 */
export const inRange = (column: string, kind: PrefixKind): string =>
  kind === 'text'
    ? `${column} >= r.lo AND ${column} <= ${rangeEnd('r.lo')} AND starts_with(${column}::text, r.lo)`
    : `${column} >= r.lo AND ${column} <= r.hi`;

/**
 * The first rows whose primary key, a UUID, has the prefix. Parameters: `from`, `to` (arrays of ranges) and `limit`. Both arguments are
 * constants of the program.
 */
export const rowsByUuid = (table: string, columns: string): string => `
SELECT f.* FROM unnest($1::uuid[], $2::uuid[]) AS r (lo, hi) CROSS JOIN LATERAL (
  SELECT ${columns} FROM ${table} WHERE ${inRange('id', 'uuid')} ORDER BY id LIMIT $3) f`;

export interface DistinctPrefix {
  readonly table: string;
  readonly column: string;
  readonly kind: PrefixKind;
  /** Additional conditions on a row, such as the predicate of a partial index. */
  readonly where?: string;
}

/**
 * The first distinct values with the prefix. Each takes one short index scan, however many rows have the same value. Parameters: `from`,
 * `to` (arrays of ranges) and `limit`; returns a text column `value`.
 */
export function distinctByPrefix(
  { table, column, kind, where = 'true' }: DistinctPrefix,
  [from, to, limit]: readonly [string, string, string],
): string {
  const next = (condition: string): string =>
    `(SELECT ${column} FROM ${table} WHERE ${condition} AND ${inRange(column, kind)} AND ${where} ORDER BY ${column} LIMIT 1)`;
  const type = RANGE_TYPES[kind];
  return `
SELECT d.value FROM unnest(${from}::${type}[], ${to}::${type}[]) AS r (lo, hi) CROSS JOIN LATERAL (
  WITH RECURSIVE found AS (
    SELECT ${next('true')} AS value, 1 AS n
    UNION ALL
    SELECT ${next(`${column} > found.value`)}, n + 1 FROM found WHERE found.value IS NOT NULL AND n < ${limit}::int
  ) SELECT value::text AS value FROM found WHERE value IS NOT NULL) d
 LIMIT ${limit}::int`;
}
