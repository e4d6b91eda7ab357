// Reads the text of a one-dimensional PostgreSQL array, `{a,"b c",NULL}`.

const QUOTED = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/g;

/** The elements, each read by `read`. Throws RangeError for an array of arrays, which no statement of ours returns. */
export function readArray<T>(text: string, read: (element: string) => T): (T | null)[] {
  const body = text.slice(text.indexOf('{') + 1, -1);
  if (body.startsWith('{')) throw new RangeError('multidimensional arrays are not supported');
  return Array.from(body.matchAll(QUOTED), ([, quoted, plain]) => {
    if (quoted !== undefined) return read(quoted.replaceAll(/\\(.)/gs, '$1'));
    return plain === 'NULL' ? null : read(plain as string);
  });
}
