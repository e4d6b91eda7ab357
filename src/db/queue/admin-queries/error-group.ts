// Groups errors of one kind by their message, with `#` in place of ids, addresses and numbers. The list of groups and the filter by group
// use the same expression. It is a single regular expression, because a list of groups spends most of its time on it.

/** Stands for the missing message of a failed job. */
const NO_MESSAGE = '(no message)';

/** Email addresses, and words that contain a digit, also with separators: `cus_Nff2`, `1,000.5`, `03:15:22`, `10.0.0.1:5432`. */
const VARYING = [
  String.raw`[^\s@"''<>(),;:]+@[^\s@"''<>(),;:]+`,
  '[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*(?:[.,:][0-9]+)*',
].join('|');

/** SQL for the group of an error whose message is this SQL expression: of its first 500 characters, whatever the database's locale. */
export const errorGroup = (message: string): string =>
  `regexp_replace(left(coalesce(nullif(${message}, ''), '${NO_MESSAGE}'), 500) COLLATE "C", '${VARYING}', '#', 'g')`;
