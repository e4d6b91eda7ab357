// A server that answers what it was asked, in every way that an HTTP client must understand; also a plain HTTP proxy to itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import zlib from 'node:zlib';
import { startServer } from '../../support/servers/http-server.js';

export interface Echo {
  readonly url: string;
  /** Nobody listens there. */
  readonly deadUrl: string;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer, rest: string) => void;

const json = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const packers: Readonly<Record<string, readonly [string, (data: string) => Buffer]>> = {
  gzip: ['gzip', zlib.gzipSync],
  deflate: ['deflate', zlib.deflateSync],
  raw: ['deflate', zlib.deflateRawSync],
  br: ['br', zlib.brotliCompressSync],
};

const packed: Answer = (_, response, _body, name) => {
  const [encoding, pack] = packers[name]!;
  const body = pack(JSON.stringify({ packed: name }));
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body);
};

const echoed: Answer = (request, response, body) => {
  const proxied = request.url!.startsWith('http://');
  const { connection: _c, host: _h, ...headers } = request.headers;
  json(response, { method: request.method, url: request.url, headers, body: body.toString('latin1'), proxied });
};

const redirect = (response: ServerResponse, status: number, location: string): void =>
  void response.writeHead(status, { location }).end('moved');

const answers = (elsewhere: () => string): Readonly<Record<string, Answer>> => ({
  echo: echoed,
  json: (_, response) => json(response, { hello: 'wörld' }),
  text: (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('plain text'),
  bom: (_, response) => void response.end('\ufeffmarked'),
  bytes: (_, response) => void response.end(Buffer.from([0, 255, 1])),
  cookies: (_, response) => void response.setHeader('set-cookie', ['a=1', 'b=2']).end('{}'),
  packed,
  status: (_, response, _body, status) => void response.writeHead(Number(status)).end(status === '204' ? '' : 'said'),
  to: (_, response, _body, status) => redirect(response, Number(status), '/echo?moved=1'),
  away: (_, response) => redirect(response, 302, `${elsewhere()}/echo`),
  round: (_, response) => redirect(response, 302, '/round'),
  hang: () => {},
  stall: (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half'),
  cut: (_, response) => void response.socket!.destroy(),
  garbage: (_, response) => void response.socket!.end('no HTTP at all\r\n\r\n'),
  'cut-body': (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.socket?.destroy(), 10);
  },
});

async function listen(elsewhere: () => string) {
  const table = answers(elsewhere);
  return startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, name = '', rest = ''] = new URL(request.url!, 'http://localhost').pathname.split('/');
      const answer = table[name];
      if (answer) answer(request, response, Buffer.concat(chunks), rest);
      else response.writeHead(404).end();
    });
  });
}

export async function startEcho(): Promise<Echo> {
  const other = await listen(() => '');
  const main = await listen(() => other.url);
  const dead = await listen(() => '');
  await dead.close();
  return {
    url: main.url,
    deadUrl: dead.url,
    close: async () => void (await Promise.all([main.close(), other.close()])),
  };
}
