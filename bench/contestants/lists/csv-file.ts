// A CSV file of any size, made while it is sent: each row has the same length, and each twentieth an address that another one has.

/** A file of 1 GiB has fewer rows than the most that a list may have (5 million). */
const ROW_BYTES = 220;
const ROWS_AT_ONCE = 300;
const HEADER = Buffer.from('email,name,id,note\r\n');

export interface CsvFile {
  readonly rows: number;
  readonly bytes: number;
  readonly distinct: number;
  /** Its parts, up to this number of bytes. */
  parts(bytes?: number): Generator<Buffer>;
}

function rowOf(index: number): string {
  const repeats = index % 20 === 19;
  const of = repeats ? index - 1 : index;
  const email = `member.${of}@example.com`;
  return (
    `${repeats ? email.toUpperCase() : email},"Member ""${index}""",m${index},`.padEnd(ROW_BYTES - 2, 'x') + '\r\n'
  );
}

export function csvFile(megabytes: number): CsvFile {
  const rows = Math.floor((megabytes * 2 ** 20 - HEADER.length) / ROW_BYTES);
  const bytes = HEADER.length + rows * ROW_BYTES;
  return {
    rows,
    bytes,
    distinct: rows - Math.floor(rows / 20),
    *parts(most = bytes) {
      yield HEADER;
      for (let [from, sent] = [0, HEADER.length]; sent < most && from < rows; from += ROWS_AT_ONCE) {
        const count = Math.min(ROWS_AT_ONCE, rows - from);
        const part = Buffer.from(Array.from({ length: count }, (_, offset) => rowOf(from + offset)).join(''));
        sent += part.length;
        yield part;
      }
    },
  };
}
