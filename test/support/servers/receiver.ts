// Somebody else's HTTP service, real on the wire and scripted in what it answers: slow, failing, hanging, talking nonsense.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from './http-server.js';

/** How one call is answered. An empty object is a plain 200 with `{"success":true}`. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a string as it is. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** A body of this many bytes, sent in pieces. */
  readonly bodyBytes?: number;
  /** `hang`: never answers. `cut`: closes the connection. `garbage`: bytes that are not HTTP. `stall`: headers, half a body, then silence. */
  readonly fault?: 'hang' | 'cut' | 'garbage' | 'stall';
}

export interface ReceivedCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  /** Milliseconds on this process's monotonic clock, when the body was complete. */
  readonly at: number;
  /** 1 for the first call. */
  readonly number: number;
}

export type Script = Reply | ((call: ReceivedCall) => Reply | Promise<Reply>);

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** In the order in which they came. */
  readonly calls: ReceivedCall[];
  /** Calls being answered now, and the most there ever were at once. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** From now on every call is answered so, unless one of `next` is left. */
  answer(script: Script): void;
  /** The next calls are answered so, one each. */
  next(...replies: readonly Reply[]): void;
  /** How often each Idempotency-Key came. */
  repeats(): Map<string, number>;
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const PIECE = Buffer.alloc(64 * 1024, 'x');

function roomAgain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

async function sendBytes(response: ServerResponse, bytes: number): Promise<void> {
  for (let left = bytes; left > 0 && !response.destroyed; left -= PIECE.length) {
    const room = response.write(PIECE.subarray(0, Math.min(left, PIECE.length)));
    if (!room) await roomAgain(response);
  }
  response.end();
}

const FAULTS: Record<NonNullable<Reply['fault']>, (response: ServerResponse) => void> = {
  hang: () => {},
  cut: (response) => void response.socket?.destroy(),
  garbage: (response) => void response.socket?.end('\u0000\u0001 this is no HTTP\r\n\r\n'),
  stall: (response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"success":'),
};

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.delayMs) await sleep(reply.delayMs);
  if (reply.fault) return FAULTS[reply.fault](response);
  const { status = 200, body = { success: status < 400 }, retryAfter, bodyBytes } = reply;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  response.writeHead(status, { 'content-type': type, ...reply.headers });
  if (bodyBytes === undefined) response.end(text);
  else await sendBytes(response, bodyBytes);
}

/** Starts a receiver that answers 200 until told otherwise. `port` only to come back where another one was. */
export async function startReceiver(script: Script = {}, port = 0): Promise<Receiver> {
  const calls: ReceivedCall[] = [];
  const scripted: Reply[] = [];
  let usual = script;
  let inFlight = 0;
  let maxInFlight = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    maxInFlight = Math.max(maxInFlight, (inFlight += 1));
    response.once('close', () => (inFlight -= 1));
    const body = await read(request);
    const { method = '', url: path = '', headers } = request;
    const call: ReceivedCall = { method, path, headers, body, at: performance.now(), number: calls.length + 1 };
    calls.push(call);
    const reply = scripted.shift() ?? (typeof usual === 'function' ? await usual(call) : usual);
    await send(response, reply);
  };

  const server = await startServer(
    (request, response) => void handle(request, response).catch(() => response.destroy()),
    port,
  );
  const repeats = (): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { headers } of calls) {
      const key = headers['idempotency-key'];
      if (typeof key === 'string') counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  return {
    url: server.url,
    port: server.port,
    calls,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    answer: (next) => void (usual = next),
    next: (...replies) => void scripted.push(...replies),
    repeats,
    close: () => server.close(),
  };
}
