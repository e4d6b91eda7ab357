// Values of a column that begin with a text, read by the column's ordinary index: as ranges of its own type, whatever its collation.

/** Types whose values can be searched by how they begin. */
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

/** By the type as `format_type` names it; null: values of it are only ever compared as a whole. */
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

/** 47 begins 47, 470 to 479, 4700 to 4799 and so on. */
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

/** Null: no value of that type begins with this text. Of a text the end of the range is for `rangeEnd` to say. */
export function prefixRanges(kind: PrefixKind, text: string): PrefixRanges | null {
  if (kind === 'uuid') return uuidRange(text);
  return kind === 'integer' ? integerRanges(text) : { from: [text], to: [null] };
}

/** The type in which ranges travel. */
export const RANGE_TYPES: Readonly<Record<PrefixKind, string>> = { uuid: 'uuid', integer: 'bigint', text: 'text' };

/** Where what begins with a text ends: no character sorts behind this one. Not every encoding has it. */
export const rangeEnd = (text: string): string =>
  `${text} || chr(CASE WHEN getdatabaseencoding() = 'UTF8' THEN 1114111 ELSE 122 END)`;

/** The condition on a column, for a range `r (lo, hi)`. A text is compared once more: a collation may put others between. */
export const inRange = (column: string, kind: PrefixKind): string =>
  kind === 'text'
    ? `${column} >= r.lo AND ${column} <= ${rangeEnd('r.lo')} AND starts_with(${column}::text, r.lo)`
    : `${column} >= r.lo AND ${column} <= r.hi`;

/**
 * The first rows whose primary key, a UUID, begins so. Parameters: `from`, `to` (arrays of ranges) and `limit`. All of it is constant text
 * of the program.
 */
export const rowsByUuid = (table: string, columns: string): string => `
SELECT f.* FROM unnest($1::uuid[], $2::uuid[]) AS r (lo, hi) CROSS JOIN LATERAL (
  SELECT ${columns} FROM ${table} WHERE ${inRange('id', 'uuid')} ORDER BY id LIMIT $3) f`;

export interface DistinctPrefix {
  readonly table: string;
  readonly column: string;
  readonly kind: PrefixKind;
  /** Further conditions on a row, as a partial index has them. */
  readonly where?: string;
}

/**
 * The first different values that begin so, one short look into the index for each, however many rows have the same one. Parameters:
 * `from`, `to` (arrays of ranges) and `limit`; returns a column `value` of text.
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
