// A line of 100 MB sent to a real server: refused after its first part, while the rest is still to come, and never held in memory.
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

it.each([
  ['of a field', 'email\n', /line 2: the line has more than 65536 characters/],
  ['in a quote that is never closed', 'email\n"', /line 2: the line has more than 65536 characters/],
  ['that should be the header', '', /line 1: the line has more than 65536 characters/],
])('a line %s', async (_what, begin, reason) => {
  const sent = open('/api/batch-lists/csv?name=n&audience=a', { 'content-type': 'text/csv' }, 'POST');
  const came = once(sent, 'response') as Promise<[IncomingMessage]>;
  await send(sent, begin || 'e');
  await send(sent, PART);
  // before anything else is sent
  const [response] = await came;
  expect(response.statusCode).toBe(400);
  expect(await json(response)).toMatchObject({ code: 'UPLOAD_REFUSED', detail: expect.stringMatching(reason) });
  const before = await memoryMb();
  let most = before;
  for (let mb = 1; mb < 100; mb += 1) {
    await send(sent, PART);
    if (mb % 20 === 0) most = Math.max(most, await memoryMb());
  }
  sent.end();
  expect(most - before).toBeLessThan(50);
  // the connection is as good as new
  const [next] = (await once(open('/api/batch-lists', {}, 'GET').end(), 'response')) as [IncomingMessage];
  expect({ status: next.statusCode, body: await json(next) }).toEqual({
    status: 200,
    body: { items: [], next_cursor: null },
  });
});
