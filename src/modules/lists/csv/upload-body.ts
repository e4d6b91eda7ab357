// The bytes of an uploaded file, from a plain body or from the one file of a form.
import busboy from '@fastify/busboy';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { refusedFile } from './read-csv.js';

export interface UploadHeaders {
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
}

/** Throws UPLOAD_REFUSED for another media type, for a compressed body, and for a form without a file. */
export async function fileOf(body: Readable, { contentType, contentEncoding }: UploadHeaders): Promise<Readable> {
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw refusedFile('must not be compressed: send it without Content-Encoding');
  }
  if (/^text\/csv\s*(;|$)/i.test(contentType)) return body;
  if (/^multipart\/form-data\s*;/i.test(contentType)) return fileOfForm(body, contentType);
  throw refusedFile('must be sent as text/csv or multipart/form-data');
}

async function fileOfForm(body: Readable, contentType: string): Promise<Readable> {
  const over = new AbortController();
  try {
    const form = busboy.default({
      headers: { 'content-type': contentType },
      limits: { files: 1, fields: 20, parts: 21, fieldSize: 10_000, headerPairs: 50 },
    });
    const found = once(form, 'file', { signal: over.signal }).then(([, file]) => file as Readable);
    const ended = once(form, 'finish', { signal: over.signal }).then(() => null);
    // an error of the body ends the form and its file
    body.once('error', (error) => form.destroy(error));
    body.once('close', () => !body.readableEnded && form.destroy(new Error('the upload broke off')));
    body.pipe(form);
    const file = await Promise.race([found, ended]);
    if (file === null) throw refusedFile('the form has no file');
    form.once('error', (error) => file.destroy(error as Error));
    form.once('close', () => !file.readableEnded && file.destroy(new Error('the upload broke off')));
    return file;
  } catch (error) {
    body.resume();
    if (error instanceof Error && /^(Multipart|Unexpected end|Malformed)/.test(error.message)) {
      throw refusedFile(`is not a form: ${error.message}`);
    }
    throw error;
  } finally {
    over.abort();
  }
}
