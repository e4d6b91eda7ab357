// What `punctual import` does: uploads a file while reading it, shows the progress, and reports what happened to its rows.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { toError } from '../../../base/errors.js';
import { snakeKeys } from '../../../base/snake-case.js';
import type { BatchListAnswer } from '../../api/answers.js';
import { EXIT, failure } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { bytes, number } from '../../output/words.js';

interface Options extends CommonOptions {
  readonly userId: string;
  readonly workspaceId?: string;
  readonly name?: string;
  readonly audience?: string;
  readonly priority?: string;
}

interface Source {
  readonly chunks: Readable;
  /** Total size; null: not known. */
  readonly size: number | null;
  readonly name: string | undefined;
}

const STDIN = '-';

/** Nothing is kept of an upload that is interrupted. */
export async function importFile(io: Io, file: string, options: Options): Promise<number> {
  const { json: _json, url: _url, name: given, audience, ...rest } = options;
  const source = await openSource(file);
  const name = given ?? source.name;
  if (name === undefined) throw failure('WRONG_USAGE', 'standard input has no name: name the list with --name');
  const signal = io.interrupted();
  addAbortSignal(signal, source.chunks);
  const query = { name, audience: audience ?? name, ...(snakeKeys(rest) as Record<string, string>) };
  try {
    const { id } = await io.api().upload<{ id: string }>('/batch-lists/csv', query, progress(io, source), signal);
    io.out.status('');
    const list = await io.api().get<BatchListAnswer>(`/batch-lists/${encodeURIComponent(id)}`);
    io.show(list, () => linesOf(list));
    return EXIT.ok;
  } catch (error) {
    io.out.status('');
    if (!signal.aborted) throw error;
    io.out.note('interrupted: no part of the file was stored');
    return EXIT.interrupted;
  }
}

async function openSource(file: string): Promise<Source> {
  if (file === STDIN) return { chunks: process.stdin, size: null, name: undefined };
  const handle = await open(file).catch((error: unknown) => {
    throw failure('WRONG_USAGE', `${file} cannot be read: ${toError(error).message}`);
  });
  const found = await handle.stat();
  if (found.isDirectory()) {
    await handle.close();
    throw failure('WRONG_USAGE', `${file} is a folder: give a CSV file`);
  }
  return { chunks: handle.createReadStream(), size: found.isFile() ? found.size : null, name: path.parse(file).name };
}

async function* progress({ out, clock }: Io, { chunks, size }: Source): AsyncGenerator<Uint8Array> {
  const since = clock.monotonicMs();
  let sent = 0;
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    yield chunk;
    sent += chunk.length;
    const perS = (sent * 1_000) / Math.max(1, clock.monotonicMs() - since);
    out.status(`import  ${bytes(sent)}${size === null ? '' : ` of ${bytes(size)}`}, ${bytes(perS)}/s`);
  }
}

function linesOf({ id, name, progress: { inserted, duplicates, invalid } }: BatchListAnswer): string[] {
  const left = duplicates + invalid;
  return [
    `list ${id} (${name}) has ${number(inserted)} members`,
    ...(left === 0 ? [] : [`left out: ${number(duplicates)} duplicates, ${number(invalid)} invalid`]),
    ...(invalid === 0 ? [] : [`its user sees the invalid rows with GET /api/batch-lists/${id}/rejects`]),
  ];
}
