// The bytes of an uploaded file, from a plain body or from the one file of a form.
import busboy from '@fastify/busboy';
import type { Readable } from 'node:stream';
import { toError } from '../../../base/errors.js';
import { refusedFile } from './read-csv.js';

export interface UploadHeaders {
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
}

/** Throws UPLOAD_REFUSED for another media type, for a compressed body, and for a form without a file. */
export async function fileOf(
  body: Readable,
  { contentType, contentEncoding }: UploadHeaders,
): Promise<AsyncIterable<Buffer>> {
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw refusedFile('must not be compressed: send it without Content-Encoding');
  }
  if (/^text\/csv\s*(;|$)/i.test(contentType)) return partsOfBody(body);
  if (/^multipart\/form-data\s*(;|$)/i.test(contentType)) return fileOfForm(body, contentType);
  throw refusedFile('must be sent as text/csv or multipart/form-data');
}

const LIMITS = { files: 1, fields: 20, parts: 21, fieldSize: 10_000, headerPairs: 50 };
const notAForm = (error: unknown): Error => refusedFile(`is not a form: ${toError(error).message}`);

function formOf(contentType: string) {
  try {
    return busboy.default({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch (error) {
    throw notAForm(error);
  }
}

function fileOfForm(body: Readable, contentType: string): Promise<AsyncIterable<Buffer>> {
  const form = formOf(contentType);
  /** Why the body did not reach its end; any other error is one of the form. */
  let cut: Error | undefined;
  const reasonOf = (error: unknown): Error => cut ?? notAForm(error);
  const breakOff = (error: Error): void => void form.destroy((cut ??= error));
  body.once('error', breakOff);
  body.once('close', () => !body.readableEnded && breakOff(new Error('the upload broke off')));
  return new Promise((resolve, reject) => {
    // the listeners of errors stay, because the rest of a refused form may break off, which nobody waits for any more
    form.on('error', (error) => reject(reasonOf(error)));
    form.once('finish', () => reject(refusedFile('the form has no file')));
    form.once('file', (_field, file: Readable) => {
      file.on('error', () => {});
      form.once('error', (error) => file.destroy(toError(error)));
      form.once('close', () => file.destroy());
      resolve(partsOf(file, reasonOf));
    });
    body.pipe(form);
  });
}

/** A form that ends within its file is reported by the form and by the file, in any order. */
async function* partsOf(file: Readable, reasonOf: (error: unknown) => Error): AsyncGenerator<Buffer> {
  try {
    yield* partsOfBody(file);
  } catch (error) {
    throw reasonOf(error);
  }
}

/** Stays open when its reader has had enough: the client of a connection that is closed would see a reset instead of the reason. */
const partsOfBody = (body: Readable): AsyncIterable<Buffer> => body.iterator({ destroyOnReturn: false });
