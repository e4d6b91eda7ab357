// Uploads to the host that serves lists: whole ones, and one whose client hangs up.
import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { Readable } from 'node:stream';
import { Agent, request } from 'undici';

const PATH = '/api/batch-lists/csv?name=bench&audience=everyone';
const HEADERS = { 'content-type': 'text/csv' };

export interface Answer {
  readonly status: number;
  readonly body: { readonly id?: string; readonly detail?: string };
  /** Bytes that had been handed to the connection when the response arrived. */
  readonly sent: number;
}

/** Sends all parts as one body. */
export async function upload(host: string, parts: Iterable<Buffer>): Promise<Answer> {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  let sent = 0;
  function* counted(): Generator<Buffer> {
    for (const part of parts) {
      sent += part.length;
      yield part;
    }
  }
  try {
    const { statusCode, body } = await request(host + PATH, {
      ...{ dispatcher, method: 'POST', headers: HEADERS, body: Readable.from(counted()) },
    });
    const sentSoFar = sent;
    return { status: statusCode, body: (await body.json()) as Answer['body'], sent: sentSoFar };
  } finally {
    await dispatcher.destroy();
  }
}

/** Announces a whole file, sends these parts, and hangs up. */
export async function hangUp(host: string, parts: Iterable<Buffer>, announced: number): Promise<void> {
  const sent = openRequest(host + PATH, { method: 'POST', headers: { ...HEADERS, 'content-length': announced } });
  sent.on('error', () => {});
  for (const part of parts) if (!sent.write(part)) await once(sent, 'drain');
  sent.destroy();
}
