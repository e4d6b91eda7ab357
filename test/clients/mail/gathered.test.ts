import { expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gathered } from '../../../src/clients/mail/gathered.js';

const pieces = (count: number, size: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => Buffer.alloc(size, index % 251));

async function piecesOf(stream: Readable): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const piece of stream) found.push(piece as Buffer);
  return found;
}

it('makes one piece of a small message', async () => {
  const given = pieces(9, 500);
  expect(await piecesOf(gathered(Readable.from(given)))).toEqual([Buffer.concat(given)]);
});

it('holds no more of a large one than 64 KiB and a piece', async () => {
  const given = pieces(300, 1_000);
  const found = await piecesOf(gathered(Readable.from(given)));
  expect(Buffer.concat(found).equals(Buffer.concat(given))).toBe(true);
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(64 * 1_024 + 1_000);
});

it('ends empty when there is nothing', async () => {
  expect(await buffer(gathered(Readable.from([])))).toHaveLength(0);
});

it('fails with its source', async () => {
  const source = new Readable({ read: () => {} });
  const reading = buffer(gathered(source));
  source.destroy(new Error('cut off'));
  await expect(reading).rejects.toThrow('cut off');
});

it('releases its source when it is given up', async () => {
  const source = new Readable({ read: () => {} });
  const stream = gathered(source);
  stream.destroy();
  await new Promise((resolve) => source.once('close', resolve));
  expect(source.destroyed).toBe(true);
});
