// JSON as PostgreSQL accepts it: finds or replaces what JavaScript allows but jsonb does not (NUL, lone surrogates).

import { textOf } from './thrown.js';

const UNSTORABLE = /\\(?:u0000|ud[89a-f][0-9a-f]{2})|\\[^]/gi;
const SUSPECT = /\\u0000|\\ud[89a-f]/i;

/** The JSON text of a value; undefined for values without one (a function, undefined). Throws TypeError for a cycle or a BigInt. */
export const toJson = (value: unknown): string | undefined => JSON.stringify(value);

/** True if jsonb would refuse the text. */
export const isUnstorable = (json: string): boolean => SUSPECT.test(json) && storable(json) !== json;

/** The text with characters that jsonb refuses replaced by U+FFFD. */
export const storable = (json: string): string =>
  SUSPECT.test(json) ? json.replace(UNSTORABLE, (escape) => (/^\\u(0000|d)/i.test(escape) ? '\\ufffd' : escape)) : json;

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Any value as a string that a text column accepts: NUL and lone surrogates are replaced, and it is cut to `max` characters. Never throws.
 */
export const storableText = (value: unknown, max: number): string =>
  textOf(value).slice(0, max).replaceAll('\0', '\ufffd').replace(LONE_SURROGATE, '\ufffd');
