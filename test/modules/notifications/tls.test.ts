// TLS: sent where the certificate is right, put off where it is not or where there is none; mails are signed.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { smtp } from '../../../src/modules/notifications/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMailServer, type MailServer, type MailServerOptions } from '../../support/servers/mail-server.js';
import { startNotifier, type NotifierKit } from './support.js';

let database: TestDatabase;
let folder: string;
let cert: string;
let key: string;
let server: MailServer;
let kit: NotifierKit;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'punctual-tls-'));
  const file = (name: string): string => path.join(folder, name);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', file('key.pem'), '-out', file('cert.pem')],
    ],
    { stdio: 'ignore' },
  );
  cert = readFileSync(file('cert.pem'), 'utf8');
  key = readFileSync(file('key.pem'), 'utf8');
});
afterEach(async () => {
  await kit.stop();
  await server.close();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

const serve = async (options: MailServerOptions): Promise<string> => {
  server = await startMailServer({ ...options });
  return `localhost:${server.port}`;
};
const sent = async (url: string, options: Parameters<typeof smtp>[1], status: string) => {
  kit = await startNotifier(database, { transport: smtp(url, { name: 'tls', ...options }) });
  const { id } = await kit.notifier.send({ to: 'ada@example.com', type: 'immediate' });
  return kit.until(id, status);
};

describe('TLS', () => {
  it('is used by STARTTLS, and with authentication', async () => {
    const host = await serve({
      ...{ cert, key, disabledCommands: [], authOptional: false },
      onAuth: ({ username, password }, _session, done) =>
        username === 'shop' && password === 'p@ss/word' ? done(null, { user: 'shop' }) : done(new Error('no')),
    });
    await sent(`smtp://shop:p%40ss%2Fword@${host}`, { ca: cert, tls: 'required' }, 'sent');
    expect(server.sessions.at(-1)).toMatchObject({ secure: true, user: 'shop' });
  });

  it('is used from the start', async () => {
    const host = await serve({ cert, key, secure: true, disabledCommands: [] });
    await sent(`smtps://${host}`, { ca: cert }, 'sent');
    expect(server.sessions.at(-1)).toMatchObject({ secure: true });
  });

  it('that is required and not offered puts a mail off: nothing goes out in the clear', async () => {
    const host = await serve({});
    expect(await sent(`smtp://${host}`, { tls: 'required' }, 'failed')).toMatchObject({ attempts: 3 });
    expect(server.mails).toEqual([]);
  });

  it('with a certificate that is not trusted puts a mail off', async () => {
    const host = await serve({ cert, key, disabledCommands: [] });
    expect((await sent(`smtp://${host}`, {}, 'failed')).error).toMatch(/certificate/i);
    expect(server.mails).toEqual([]);
  });

  it('with a wrong password puts a mail off, and the log does not repeat it', async () => {
    const host = await serve({
      cert,
      key,
      disabledCommands: [],
      authOptional: false,
      onAuth: (_a, _s, done) => done(new Error('no')),
    });
    const { error } = await sent(`smtp://shop:hunter2secret@${host}`, { ca: cert }, 'failed');
    expect(error).not.toContain('hunter2secret');
  });
});

describe('DKIM', () => {
  it('signs every mail', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const host = await serve({});
    await sent(
      `smtp://${host}`,
      { tls: 'opportunistic', dkim: { domain: 'shop.example', selector: 's1', privateKey } },
      'sent',
    );
    expect(server.sources.at(-1)).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; [^]*?d=shop\.example;[^]*?s=s1;/m);
  });
});
