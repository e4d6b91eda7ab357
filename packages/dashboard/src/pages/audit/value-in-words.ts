// Values of the audit log on one line. Pure.

export const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';

/** Longer ones are also shown in whole, with their lines. */
const FITS = 120;

/** Lists and objects as people write them: `only: cleanup, analytics`. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueInWords).join(', ');
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, inner]) => `${name.replaceAll('_', ' ')}: ${valueInWords(inner)}`);
    return pairs.length === 0 ? 'none' : pairs.join(', ');
  }
  return JSON.stringify(value);
}

const values = (value: unknown): unknown[] => Object.values(value as object);

/** Something with nothing inside something: a text, a list of texts, an object of texts. */
const isFlat = (value: unknown): boolean => isPlain(value) || values(value).every(isPlain);

const fits = (value: unknown): boolean =>
  isFlat(value) ||
  values(value).every((inner) => (Array.isArray(value) ? isFlat(inner) : isPlain(inner) || isList(inner)));

const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isPlain);

/** Whether a line does not say it well: something is inside something inside, or it is long. */
export const needsWhole = (details: unknown): boolean =>
  !isPlain(details) && values(details).some((value) => !fits(value) || valueInWords(value).length > FITS);
