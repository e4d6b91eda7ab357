// Decompresses bodies, and decodes bytes to text.
import { constants } from 'node:buffer';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { BodyTooLong, type HttpResponse } from './exchange.js';

const lenient = { finishFlush: zlib.constants.Z_SYNC_FLUSH } as const;
const lenientBrotli = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH } as const;
const unzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.unzip);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const unbrotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);

type Decoder = (body: Buffer, maxOutputLength: number) => Promise<Buffer>;

const zlibOrGzip: Decoder = (body, maxOutputLength) => unzip(body, { ...lenient, maxOutputLength });

/** `deflate` should be a zlib stream; some servers send it without the header. */
const deflate: Decoder = (body, maxOutputLength) =>
  ((body[0] ?? 0) & 0x0f) === 8 ? zlibOrGzip(body, maxOutputLength) : inflateRaw(body, { ...lenient, maxOutputLength });

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: zlibOrGzip,
  'x-gzip': zlibOrGzip,
  compress: zlibOrGzip,
  'x-compress': zlibOrGzip,
  deflate,
  br: (body, maxOutputLength) => unbrotli(body, { ...lenientBrotli, maxOutputLength }),
};

/** The response with its body decompressed and `content-encoding` removed; unchanged if it was not compressed. Throws BodyTooLong. */
export async function decodeBody(response: HttpResponse, limit: number): Promise<HttpResponse> {
  const decoder = DECODERS[String(response.headers['content-encoding'] ?? '').toLowerCase()];
  if (decoder === undefined) return response;
  const { 'content-encoding': _, ...headers } = response.headers;
  if (response.body.length === 0) return { ...response, headers };
  try {
    const body = await decoder(response.body, limit >= 0 ? Math.max(1, limit) : constants.MAX_LENGTH);
    return { ...response, headers, body };
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? new BodyTooLong(limit) : error;
  }
}

/** Text as axios decodes it: without a byte order mark if it is UTF-8. */
export function textOf(body: Buffer, encoding: string | undefined): string {
  const text = body.toString(encoding as BufferEncoding | undefined);
  const utf8 = encoding === undefined || encoding === 'utf8';
  return utf8 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
