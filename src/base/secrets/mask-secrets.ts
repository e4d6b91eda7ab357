// Payloads may contain secrets that operators should not see: values that look like secrets by their names or contents.

export const MASK = '[masked]';

const SECRET_NAME =
  /pass(word|wd|phrase|code)|pwd|secret|token|api[-_ ]?key|private[-_ ]?key|access[-_ ]?key|authorization|credential|cookie|cvv|cvc/i;
const IN_ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi;
const IN_HEADER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

const maskText = (text: string): string => text.replace(IN_ADDRESS, `$1:${MASK}@`).replace(IN_HEADER, `$1 ${MASK}`);

const isPlain = (value: unknown): boolean => value === null || typeof value === 'boolean' || value === '';

/** The same JSON with anything that looks like a secret replaced: values by their names, passwords in URLs, tokens in headers. */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(maskSecrets);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && !isPlain(inner) ? MASK : maskSecrets(inner),
    ]),
  );
}
