// A line of 100 MB sent to a real server: refused after its first part, while the rest is still to come, and never held in memory. Its client
// may also hang up after the refusal.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServerProcess, type ServerProcess } from '../../support/processes.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const ADMIN = 'admin-token-0123456789';
const MB = 1_000_000;
const LINE_MB = 100;
const PART = Buffer.alloc(MB, 'x');

let database: TestDatabase;
let server: ServerProcess;
let user: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServerProcess({
    DATABASE_URL: database.url,
    ADMIN_TOKEN: ADMIN,
    API_JWT_SECRET: SECRET,
    MIGRATE_ON_START: 'false',
    SCHEDULER_ENABLED: 'false',
  });
  user = await new SignJWT({ sub: 'ann', workspace_id: 'w1' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
}, 60_000);
afterAll(async () => {
  await server.stop('SIGKILL');
  await database.close();
});

/** Begins a request on a connection of its own. An HTTP client of Node.js would stop sending when the response arrives. */
function open(method: string, path: string, headers: Record<string, string>): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => {});
  begin(socket, method, path, headers);
  return socket;
}

function begin(socket: Socket, method: string, path: string, headers: Record<string, string> = {}): void {
  const all = Object.entries({ host: 'x', authorization: `Bearer ${user}`, ...headers });
  socket.write(`${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** Reads the next response of the connection, whose body is JSON. */
async function next(socket: Socket): Promise<{ readonly status: number; readonly body: unknown }> {
  let text = '';
  for (;;) {
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN);
    if (body.length === length) return { status: Number(head.slice(9, 12)), body: JSON.parse(body) };
    text += ((await once(socket, 'data')) as [string])[0];
  }
}

const send = async (socket: Socket, part: Buffer | string): Promise<void> => {
  if (!socket.write(part)) await once(socket, 'drain');
};

async function memoryMb(): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN}` } });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(await response.text())?.[1]) / MB;
}

/** Sends the first megabyte of a line of 100 MB, and returns when the file has been refused; nothing else has been sent by then. */
async function refusedUpload(type: string, start: string, line: number): Promise<Socket> {
  const size = { 'content-length': String(start.length + LINE_MB * MB) };
  const socket = open('POST', '/api/batch-lists/csv?name=n&audience=a', { 'content-type': type, ...size });
  await send(socket, start);
  await send(socket, PART);
  const detail = `body: line ${line}: the line has more than 65536 characters`;
  expect(await next(socket)).toEqual({
    status: 400,
    body: expect.objectContaining({ code: 'UPLOAD_REFUSED', detail }),
  });
  return socket;
}

const FORM = 'multipart/form-data; boundary=B';
const FORM_BEGIN = '--B\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\n\r\n';

const NOTHING = { status: 200, body: { items: [], next_cursor: null } };

it.each([
  ['of a field', 'text/csv', 'email\n', 2],
  ['in a quote that is never closed', 'text/csv', 'email\n"', 2],
  ['that should be the header', 'text/csv', 'e', 1],
  ['in a form', FORM, `${FORM_BEGIN}email\n`, 2],
])('a line %s', async (_what, type, start, line) => {
  const socket = await refusedUpload(type, start, line);
  const before = await memoryMb();
  let most = before;
  for (let mb = 1; mb < LINE_MB; mb += 1) {
    await send(socket, PART);
    if (mb % 20 === 0) most = Math.max(most, await memoryMb());
  }
  expect(most - before).toBeLessThan(50);
  // the connection is as good as new
  begin(socket, 'GET', '/api/batch-lists');
  expect(await next(socket)).toEqual(NOTHING);
  socket.destroy();
});

it.each(['text/csv', FORM])('a client may hang up once its file (%s) has been refused', async (type) => {
  const socket = await refusedUpload(type, type === FORM ? `${FORM_BEGIN}email\n` : 'email\n', 2);
  socket.destroy();
  await once(socket, 'close');
  const other = open('GET', '/api/batch-lists', {});
  expect(await next(other)).toEqual(NOTHING);
  other.destroy();
  expect(server.logs().filter(({ level }) => level === 'error')).toEqual([]);
});
