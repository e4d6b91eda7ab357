// kill -9 of the process that sends, after the mail server has taken the mail over and before that is written down.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMailServer, type MailServer } from '../../support/servers/mail-server.js';
import { startProcess, type RunningProcess } from '../../support/processes.js';
import { startNotifier, type NotifierKit } from './support.js';
import { smtp } from '../../../src/modules/notifications/index.js';

let database: TestDatabase;
let server: MailServer;
let kit: NotifierKit;
let worker: RunningProcess | undefined;
const accepted: string[] = [];

const startWorker = (): Promise<RunningProcess> =>
  startProcess({
    script: 'test/modules/notifications/fixtures/worker.ts',
    args: [database.url, server.url],
    ready: /ready/,
    timeoutMs: 60_000,
  });

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startMailServer({
    onMail: async ({ messageId = '' }) => {
      accepted.push(messageId);
      // it has the mail, and the sender will never hear of it
      if (accepted.length === 1) await worker?.stop('SIGKILL');
    },
  });
  kit = await startNotifier(database, { transport: smtp(server.url), worker: false });
});
afterAll(async () => {
  await worker?.stop('SIGKILL');
  await kit.stop();
  await server.close();
  await database.close();
});

it('is followed by a second mail with the same Message-ID, and no third', async () => {
  const first = await startWorker();
  worker = first;
  const { id, messageId } = await kit.notifier.send({ to: 'ada@example.com', type: 'immediate' });
  await first.ended;
  worker = await startWorker();
  expect(await kit.until(id, 'sent')).toMatchObject({ message_id: messageId, attempts: 1 });
  expect(accepted).toEqual([messageId, messageId]);
}, 120_000);
