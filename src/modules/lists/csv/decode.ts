// Decodes an upload: the encoding is detected by its byte-order mark or its first bytes, and anything that is not text is refused.
import { TextDecoder } from 'node:util';
import { listError } from '../errors.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Pure. Files without a byte-order mark are UTF-8, unless their first character has a zero byte, like ASCII in UTF-16. */
function encodingOf(first: Uint8Array): Encoding {
  const [a, b] = first;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b !== 0) return 'utf-16be';
  if (b === 0 && a !== 0) return 'utf-16le';
  return 'utf-8';
}

const refused = (message: string): Error =>
  listError('UPLOAD_REFUSED', `body: ${message}`, { errors: [{ path: 'body', message }] });

/** Yields text without its byte-order mark. Throws UPLOAD_REFUSED if it is not text, and for more than `maxBytes`. */
export async function* decodeText(bytes: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Buffer = Buffer.alloc(0);
  let read = 0;
  const decode = (chunk: Buffer | undefined, encoding: string): string => {
    try {
      return (decoder as TextDecoder).decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw refused(
        `is not ${encoding.toUpperCase()}: there is a byte that belongs to no character in its first ${read} bytes`,
      );
    }
  };
  let encoding: Encoding = 'utf-8';
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > maxBytes) throw refused(`has more than ${maxBytes} bytes`);
    if (decoder === undefined) {
      head = Buffer.concat([head, chunk]);
      if (head.length < 2) continue;
      encoding = encodingOf(head);
      decoder = new TextDecoder(encoding, { fatal: true });
      yield decode(head, encoding);
    } else yield decode(chunk, encoding);
  }
  decoder ??= new TextDecoder('utf-8', { fatal: true });
  yield decode(read < 2 ? head : Buffer.alloc(0), encoding) + decode(undefined, encoding);
}
