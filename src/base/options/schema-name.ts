// Allowed names of the schema of our tables, which is part of every statement, quoted.

const NAME = /^[\p{L}_][\p{L}\p{N}_ -]*$/u;
/** PostgreSQL cuts longer names. */
const MAX_BYTES = 63;

export const SCHEMA_NAMES =
  'letters, digits, underscores, hyphens and spaces, 63 bytes at most, beginning with a letter or underscore, not with `pg_`';

export const isSchemaName = (name: string): boolean =>
  NAME.test(name) && !name.startsWith('pg_') && Buffer.byteLength(name) <= MAX_BYTES;
