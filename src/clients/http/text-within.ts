// The body of a response of undici's `request` as text, within a size limit.
import type { Dispatcher } from 'undici';

/** Rejects when the body has more than `maxBytes` bytes; reading stops there. */
export async function textWithin(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
