// Reads a CSV file (RFC 4180) as members, row by row: memory is constant, and errors name the line.
import { CsvError, parse } from 'csv-parse';
import { Readable } from 'node:stream';
import { listError } from '../errors.js';
import type { RawMember } from '../import/normalise.js';

/** A longer line means a quote that was never closed, or a file that is not CSV. */
const LONGEST_RECORD = 65_536;

/** The names of columns, in any case. */
const COLUMNS: Readonly<Record<string, 'email' | 'name' | 'id'>> = { email: 'email', name: 'name', id: 'id' };

export const refusedFile = (message: string): Error =>
  listError('UPLOAD_REFUSED', `body: ${message}`, { errors: [{ path: 'body', message }] });

const WHY: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  INVALID_OPENING_QUOTE: 'a field that does not begin with a quote contains one: double it, and quote the field',
  CSV_INVALID_CLOSING_QUOTE: 'there is text after a closing quote: double quotes within a field',
  CSV_MAX_RECORD_SIZE: `the line has more than ${LONGEST_RECORD} characters`,
};

interface Entry {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Throws UPLOAD_REFUSED if the header has no `email`, or a line is not CSV. A row with another number of fields is a member without an
 * address.
 */
export async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<RawMember> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  const source = Readable.from(unixLines(text));
  // an error of the source must end the parser, which would wait for more
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let header: Header | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<Entry>) {
      if (header === undefined) header = headerOf(record);
      else yield memberOf(header, record, info.lines);
    }
  } catch (error) {
    throw error instanceof CsvError ? refusedFile(explain(error)) : error;
  } finally {
    source.destroy();
  }
  if (header === undefined) throw refusedFile('is empty: its first line must name the columns email, name and id');
}

/** Converts CR LF to LF, also across chunks: within quotes the parser would count two lines for each. */
async function* unixLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of text) {
    const whole = held + chunk;
    held = whole.endsWith('\r') ? '\r' : '';
    yield whole.slice(0, whole.length - held.length).replaceAll('\r\n', '\n');
  }
  if (held !== '') yield held;
}

function explain(error: CsvError & { readonly lines?: unknown }): string {
  const line = typeof error.lines === 'number' ? `line ${error.lines}: ` : '';
  return `${line}${WHY[error.code] ?? 'is not valid CSV (RFC 4180)'}`;
}

interface Header {
  readonly width: number;
  readonly places: Readonly<Partial<Record<'email' | 'name' | 'id', number>>>;
}

function headerOf(record: readonly string[]): Header {
  const places: Partial<Record<'email' | 'name' | 'id', number>> = {};
  record.forEach((title, index) => {
    const column = COLUMNS[title.trim().toLowerCase()];
    if (column === undefined) return;
    if (places[column] !== undefined) throw refusedFile(`line 1: the header names "${column}" twice`);
    places[column] = index;
  });
  if (places.email !== undefined) return { width: record.length, places };
  const seen = record.join(',').slice(0, 100);
  throw refusedFile(`line 1: the header must name a column "email", separated by commas; it is "${seen}"`);
}

function memberOf({ width, places }: Header, record: readonly string[], line: number): RawMember {
  if (record.length !== width) return { line, email: `(${record.length} fields instead of ${width})` };
  const { email = 0, name, id } = places;
  return {
    line,
    email: record[email],
    ...(name === undefined ? {} : { name: record[name] }),
    ...(id === undefined ? {} : { id: record[id] }),
  };
}
