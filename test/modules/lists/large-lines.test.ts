// A line of 100 MB sent to a real server: refused after its first part, while the rest is still to come, and never held in memory. Its client
// may also hang up after the refusal.
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServerProcess, type ServerProcess } from '../../support/processes.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const ADMIN = 'admin-token-0123456789';
const MB = 1_000_000;
const PART = Buffer.alloc(MB, 'x');

let database: TestDatabase;
let server: ServerProcess;
let user: string;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

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
  agent.destroy();
  await server.stop('SIGKILL');
  await database.close();
});

const open = (path: string, headers: Record<string, string>, method: string): ClientRequest =>
  request(`${server.url}${path}`, { agent, method, headers: { authorization: `Bearer ${user}`, ...headers } });

const send = async (sent: ClientRequest, part: Buffer | string): Promise<void> => {
  if (!sent.write(part)) await once(sent, 'drain');
};

async function memoryMb(): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN}` } });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(await response.text())?.[1]) / MB;
}

/** Sends the beginning of a file, and returns when it has been refused; nothing else has been sent by then. */
async function refusedUpload(type: string, begin: string, line: number): Promise<ClientRequest> {
  const sent = open('/api/batch-lists/csv?name=n&audience=a', { 'content-type': type }, 'POST');
  const came = once(sent, 'response') as Promise<[IncomingMessage]>;
  await send(sent, begin);
  await send(sent, PART);
  const [response] = await came;
  expect(response.statusCode).toBe(400);
  const detail = `body: line ${line}: the line has more than 65536 characters`;
  expect(await json(response)).toMatchObject({ code: 'UPLOAD_REFUSED', detail });
  return sent;
}

const FORM = 'multipart/form-data; boundary=B';
const FORM_BEGIN = '--B\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\n\r\n';

const expectWorking = async (): Promise<void> => {
  const [next] = (await once(open('/api/batch-lists', {}, 'GET').end(), 'response')) as [IncomingMessage];
  const said = { status: next.statusCode, body: await json(next) };
  expect(said).toEqual({ status: 200, body: { items: [], next_cursor: null } });
};

it.each([
  ['of a field', 'text/csv', 'email\n', 2],
  ['in a quote that is never closed', 'text/csv', 'email\n"', 2],
  ['that should be the header', 'text/csv', 'e', 1],
  ['in a form', FORM, `${FORM_BEGIN}email\n`, 2],
])('a line %s', async (_what, type, begin, line) => {
  const sent = await refusedUpload(type, begin, line);
  const before = await memoryMb();
  let most = before;
  for (let mb = 1; mb < 100; mb += 1) {
    await send(sent, PART);
    if (mb % 20 === 0) most = Math.max(most, await memoryMb());
  }
  sent.end();
  expect(most - before).toBeLessThan(50);
  // the connection is as good as new
  await expectWorking();
});

it.each(['text/csv', FORM])('a client may hang up once its file (%s) has been refused', async (type) => {
  const sent = await refusedUpload(type, type === FORM ? `${FORM_BEGIN}email\n` : 'email\n', 2);
  sent.on('error', () => {}).destroy();
  await once(sent, 'close');
  await expectWorking();
  expect(server.logs().filter(({ level }) => level === 'error')).toEqual([]);
});
