// How results are parsed. The parsers of pg are global to the process and a host may have changed them, so each of our statements has its
// own. Instants become Dates and JSON becomes values; bigint, numeric and unknown types remain text.
import type { CustomTypesConfig } from 'pg';
import { readArray } from './read-array.js';
import { readInstant } from './read-instant.js';

type Read = (text: string) => unknown;

const asText: Read = (text) => text;
const bool: Read = (text) => text === 't';
const json: Read = (text) => JSON.parse(text) as unknown;
const bytes: Read = (text) => Buffer.from(text.slice(2), 'hex');
const arrayOf =
  (read: Read): Read =>
  (text) =>
    readArray(text, read);

/** Keyed by the object ids of pg_type, which never change. */
const READERS: Readonly<Record<number, Read>> = {
  16: bool,
  17: bytes,
  21: Number,
  23: Number,
  26: Number,
  114: json,
  700: Number,
  701: Number,
  1184: readInstant,
  3802: json,
  199: arrayOf(json),
  1000: arrayOf(bool),
  1003: arrayOf(asText),
  1005: arrayOf(Number),
  1007: arrayOf(Number),
  1009: arrayOf(asText),
  1015: arrayOf(asText),
  1016: arrayOf(asText),
  1021: arrayOf(Number),
  1022: arrayOf(Number),
  1028: arrayOf(Number),
  1185: arrayOf(readInstant),
  1231: arrayOf(asText),
  2951: arrayOf(asText),
  3807: arrayOf(json),
};

const READ_BY_ID = new Map(Object.entries(READERS).map(([id, read]) => [Number(id), read]));

/** The `types` option of each of our queries, clients and pools. */
export const RESULT_TYPES: CustomTypesConfig = {
  getTypeParser: ((id: number) => READ_BY_ID.get(id) ?? asText) as CustomTypesConfig['getTypeParser'],
};
