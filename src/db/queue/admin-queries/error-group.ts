// What errors of one kind have in common: their message with ids, addresses and numbers as `#`. The list of groups and the filter by a
// group use the same expression. It is one pass of one expression, since it is what a list of groups spends its time on.

/** What a job has that failed without a message. */
const NO_MESSAGE = '(no message)';

/** Addresses of mail; words with a digit in them, also with separators: `cus_Nff2`, `1,000.5`, `03:15:22`, `10.0.0.1:5432`. */
const VARYING = [
  String.raw`[^\s@"''<>(),;:]+@[^\s@"''<>(),;:]+`,
  '[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*(?:[.,:][0-9]+)*',
].join('|');

/** The group of the error whose message is this SQL expression; of its first 500 characters, whatever the language of the database. */
export const errorGroup = (message: string): string =>
  `regexp_replace(left(coalesce(nullif(${message}, ''), '${NO_MESSAGE}'), 500) COLLATE "C", '${VARYING}', '#', 'g')`;
