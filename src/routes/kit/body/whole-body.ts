// The complete body of a route that reads it itself: for signatures, which cover bytes, and for bodies that are not JSON.
import type { Readable } from 'node:stream';
import { SchedulerError } from '../../../base/errors.js';

const refused = (message: string): SchedulerError =>
  new SchedulerError('INVALID_INPUT', `body: ${message}`, { errors: [{ path: 'body', message }] });

/**
 * Reads `call.rawBody` to its end; no body is an empty one. Throws INVALID_INPUT for more than `limit` bytes. The rest is read and
 * discarded, so that the sender receives the error.
 */
export function wholeBody({ rawBody }: { readonly rawBody?: Readable }, limit: number): Promise<Buffer> {
  if (rawBody === undefined) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    rawBody.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      reject(refused('is too large'));
    });
    rawBody.once('end', () => resolve(Buffer.concat(chunks)));
    rawBody.once('error', () => reject(refused('cannot be read')));
    rawBody.once('close', () => reject(refused('ended early')));
  });
}
