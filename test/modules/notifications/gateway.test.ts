// SMS and WhatsApp through a gateway, and mails as files.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gateway, mailFiles } from '../../../src/modules/notifications/index.js';
import { collectLogs } from '../../support/collected-logs.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { startNotifier, type NotifierKit } from './support.js';

let database: TestDatabase;
let server: RunningServer;
let kit: NotifierKit;
let folder: string;
let answers: (number | 'drop')[] = [];
const heard: { authorization: string | undefined; body: { to: string; text: string; message_id: string } }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'punctual-mail-'));
  server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as (typeof heard)[number]['body'];
      heard.push({ authorization: request.headers.authorization, body });
      const answer = answers.shift() ?? 202;
      if (answer === 'drop') request.socket.destroy();
      else response.writeHead(answer).end('{"id":"x"}');
    });
  });
  const sms = gateway('sms', { url: server.url, token: 'of-the-gateway' });
  kit = await startNotifier(database, { transports: [mailFiles(folder), sms] });
});
afterAll(async () => {
  await kit.stop();
  await server.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const sms = async () =>
  (
    await kit.notifier.send({
      to: '+49 (151) 123-4567',
      type: 'immediate',
      deliveryMethod: 'sms',
      templateData: { body: 'Code 7' },
    })
  ).id;

describe('a gateway', () => {
  it('is sent number, text and the id', async () => {
    const id = await sms();
    expect(await kit.until(id, 'sent')).toMatchObject({ transport: 'sms', response_code: 202 });
    expect(heard.at(-1)).toEqual({
      authorization: 'Bearer of-the-gateway',
      body: { to: '+491511234567', text: 'Code 7', message_id: id },
    });
  });

  it.each<[(number | 'drop')[], string, string[]]>([
    [[429, 500], 'sent', ['deferred', 'deferred', 'sent']],
    [[400], 'failed', ['failed']],
    [[302], 'failed', ['failed']],
    [['drop'], 'sent', ['unknown', 'sent']],
  ])('that answers %j', async (given, status, log) => {
    answers = [...given];
    const id = await sms();
    await kit.until(id, status);
    expect((await kit.log(id)).map((line) => line.status)).toEqual(log);
  });
});

describe('mails as files', () => {
  it('can be opened by a mail program', async () => {
    const { id, messageId } = await kit.notifier.send({
      to: 'ada@example.com',
      type: 'immediate',
      templateData: { title: 'Hello' },
    });
    await kit.until(id, 'sent');
    const [name] = readdirSync(folder).filter((one) => one.includes(id));
    expect(name).toMatch(/\.eml$/);
    const source = readFileSync(path.join(folder, name as string), 'utf8');
    expect(source).toMatch(new RegExp(`^Message-ID: ${messageId}\r$`, 'm'));
    expect(source).toContain('Subject: Hello');
  });

  it('are said not to be sent', () => {
    const logs = collectLogs();
    void mailFiles(folder).open?.({ concurrency: 1, logger: logs.logger });
    expect(logs.of('mails are written to files and not sent: set SMTP_URL to send them')).toEqual([{ folder }]);
  });
});
