// A mail server that takes long for each mail holds up the mail and nothing else: requests are answered, and each mail goes out once.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { smtp } from '../../../src/modules/notifications/index.js';
import { createModulesApi } from '../../../src/routes/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMailServer, type MailServer } from '../../support/servers/mail-server.js';
import { waitFor } from '../../support/wait-for.js';
import { startNotifier, type NotifierKit } from './support.js';

const AT_ONCE = 3;

let database: TestDatabase;
let server: MailServer;
let kit: NotifierKit;
let app: express.Express;
let inHand = 0;
let mostInHand = 0;
let release = (): void => {};
const held = new Promise<void>((resolve) => (release = resolve));

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startMailServer({
    async onMail() {
      inHand += 1;
      mostInHand = Math.max(mostInHand, inHand);
      await held;
      inHand -= 1;
    },
  });
  kit = await startNotifier(database, { transport: smtp(server.url), concurrency: AT_ONCE });
  const user = { name: 'ada', userId: 'ada', workspaceId: null };
  app = express().use('/api', createModulesApi(kit.scheduler, { authenticateUser: () => user }).router);
});
afterAll(async () => {
  release();
  await kit.stop();
  await server.close();
  await database.close();
});

const post = (path: string, body: object) => supertest(app).post(`/api/notifications/${path}`).send(body);

it('requests are answered while every connection waits for the server, and afterwards each mail has gone out once', async () => {
  const first = await post('send-email', { to: 'u0@example.com', type: 'immediate' });
  expect(first.status).toBe(202);
  await waitFor(() => inHand > 0, { what: 'the server has a mail in hand' });

  const recipients = Array.from({ length: 200 }, (_, index) => ({ to: `b${index}@example.com` }));
  expect((await post('send-bulk', { type: 'immediate', recipients })).body).toMatchObject({ accepted: 200 });
  await waitFor(() => inHand === AT_ONCE, { what: 'all connections are in use' });
  for (let index = 1; index <= 40; index += 1) {
    const { status, body } = await post('send-email', { to: `u${index}@example.com`, type: 'immediate' });
    expect({ status, body: body as unknown }).toMatchObject({ status: 202, body: { status: 'queued' } });
  }
  expect(server.mails).toEqual([]);

  release();
  const sent = async (): Promise<number> => {
    const { rows } = await database.db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM {schema}.notifications WHERE status = 'sent'`,
    );
    return rows[0]?.n ?? 0;
  };
  await waitFor(async () => (await sent()) === 241, { what: 'every mail is sent', timeoutMs: 60_000 });
  expect(server.mails).toHaveLength(241);
  expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(241);
  expect(mostInHand).toBe(AT_ONCE);
}, 120_000);
