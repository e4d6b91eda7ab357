// A message in few, large pieces: MIME is composed in many small ones, and each would be a write of its own to the socket.
import { Transform, type Readable, type TransformCallback } from 'node:stream';

const PIECE_BYTES = 64 * 1_024;

class Gathering extends Transform {
  #pieces: Buffer[] = [];
  #bytes = 0;

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= PIECE_BYTES) this.#pushAll();
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#bytes > 0) this.#pushAll();
    done();
  }

  #pushAll(): void {
    this.push(Buffer.concat(this.#pieces, this.#bytes));
    this.#pieces = [];
    this.#bytes = 0;
  }
}

/** The same bytes in pieces of 64 KiB. An error of the source destroys the result, and the end of the result releases the source. */
export function gathered(source: Readable): Readable {
  const stream = source.pipe(new Gathering());
  source.once('error', (error) => stream.destroy(error));
  stream.once('close', () => source.destroy());
  return stream;
}
