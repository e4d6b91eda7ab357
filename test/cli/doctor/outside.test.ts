// The checks of services around the database, against real servers on loopback: mail, DNS, payments, chat.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { invalidPage } from '../../../src/modules/notifications/recipients/unsubscribe-page.js';
import { createCommandLine, type CommandLine } from '../../support/command-line.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';

let line: CommandLine;
let mail: { readonly port: number; close(): Promise<void> };
let api: RunningServer;
beforeAll(async () => {
  [line, mail, api] = await Promise.all([createCommandLine(), startMailServer(), startApi()]);
}, 60_000);
afterAll(() => Promise.all([line.close(), mail.close(), api.close()]));

interface Result {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly todo?: string;
}

async function examine(name: string, env: Record<string, string>): Promise<Result> {
  const { stdout, stderr } = await line.run(['doctor', '--json', '--only', name], { env });
  expect(stdout + stderr).not.toMatch(/not-the-password|sk_test_wrong|xoxb-wrong/);
  return (JSON.parse(stdout) as { checks: Result[] }).checks.find((check) => check.name === name)!;
}

describe('SMTP', () => {
  const url = (login: string): string => `smtp://${login}127.0.0.1:${mail.port}`;

  it('accepts a server that takes the login', async () => {
    expect(await examine('SMTP', { SMTP_URL: url('') })).toMatchObject({ status: 'ok' });
    expect((await examine('SMTP', { SMTP_URL: url('punctual:the-password@') })).status).toMatch(/ok|warn/);
  });

  it.each([
    ['a wrong password', () => url('punctual:not-the-password@'), /check the user and the password/],
    ['a port where nobody listens', () => 'smtp://127.0.0.1:9', /check host and port/],
    ['what is no URL', () => 'mail.example.com', /check SMTP_URL/],
  ])('refuses %s, and says what to check', async (_what, url, todo) => {
    const result = await examine('SMTP', { SMTP_URL: url() });
    expect(result).toMatchObject({ status: 'fail', todo: expect.stringMatching(todo) });
  });

  it('examines every server: one that fails in reserve is a warning, the first one is a failure', async () => {
    const silent = 'smtp://127.0.0.1:9';
    const both = await examine('SMTP', { SMTP_URL: `${url('')}, ${url('')}` });
    expect(both).toMatchObject({ status: 'ok', message: expect.stringMatching(/responds; .* responds/) });
    expect(await examine('SMTP', { SMTP_URL: `${url('')},${silent}` })).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/responds; 127\.0\.0\.1:9: .*ECONNREFUSED/),
      todo: expect.stringMatching(/check host and port/),
    });
    expect(await examine('SMTP', { SMTP_URL: `${silent},${url('')}` })).toMatchObject({ status: 'fail' });
  });
});

describe('DKIM', () => {
  const pair = () =>
    generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
  const published = (pem: string): string =>
    `v=DKIM1; k=ed25519; p=${createPublicKey(pem).export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;

  it('compares the key that signs with the one in the DNS', async () => {
    const [ours, other] = [pair(), pair()];
    const env = { DKIM_DOMAIN: 'example.test', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: ours.privateKey };
    const ask = async (records: readonly string[]): Promise<Result> => {
      const dns = await startDns(records);
      return examine('DKIM', { ...env, DKIM_DNS_SERVER: `127.0.0.1:${dns.port}` }).finally(dns.close);
    };
    expect(await ask([published(ours.publicKey)])).toMatchObject({ status: 'ok' });
    expect(await ask([published(other.publicKey)])).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('another key'),
    });
    expect(await ask([])).toMatchObject({ status: 'fail', message: expect.stringContaining('no TXT record') });
  });

  it('takes the domain of MAIL_FROM, and warns of a signature for another one', async () => {
    const { privateKey, publicKey } = pair();
    const dns = await startDns([published(publicKey)]);
    const env = { DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: privateKey, DKIM_DNS_SERVER: `127.0.0.1:${dns.port}` };
    const from = 'Shop <no-reply@mail.example.test>';
    expect(await examine('DKIM', { ...env, MAIL_FROM: from })).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('s1._domainkey.mail.example.test publishes'),
    });
    expect(await examine('DKIM', { ...env, MAIL_FROM: from, DKIM_DOMAIN: 'example.test' })).toMatchObject({
      status: 'ok',
    });
    expect(await examine('DKIM', { ...env, MAIL_FROM: from, DKIM_DOMAIN: 'another.test' })).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('signed for another.test and sent from mail.example.test'),
    });
    dns.close();
    expect(await examine('DKIM', env)).toMatchObject({
      status: 'fail',
      message: 'DKIM_DOMAIN (or MAIL_FROM) must be set as well',
    });
  });

  it('refuses settings that are not complete, and a key that is none', async () => {
    expect(await examine('DKIM', { DKIM_DOMAIN: 'example.test' })).toMatchObject({
      status: 'fail',
      message: 'DKIM_SELECTOR and DKIM_PRIVATE_KEY must be set as well',
    });
    const env = { DKIM_DOMAIN: 'example.test', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: 'nonsense' };
    expect(await examine('DKIM', env)).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('not a private key'),
    });
  });
});

describe('mail events', () => {
  const mail = { MAIL_FROM: 'shop@example.test' };
  const whsec = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const arn = 'arn:aws:sns:eu-central-1:123456789012:bounces';

  it.each([
    ['no secret where none is needed', {}, 'none', /not set/],
    [
      'secrets that can be',
      { NOTIFY_EVENT_SECRETS: `ses:${arn},resend:${whsec},postmark:${'x'.repeat(20)}` },
      'ok',
      /ses/,
    ],
    ['a topic that is none', { NOTIFY_EVENT_SECRETS: 'ses:bounces' }, 'fail', /ses must be the ARN/],
    ['a signing secret that is none', { NOTIFY_EVENT_SECRETS: 'resend:re_123' }, 'fail', /resend must be the signing/],
    ['a short password', { NOTIFY_EVENT_SECRETS: 'generic:short' }, 'fail', /generic must be at least 16/],
  ])('%s', async (_what, env, status, message) => {
    const result = await examine('mail events', { ...mail, SMTP_URL: 'smtp://127.0.0.1:9', ...env });
    expect(result).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  it('warns of a provider that takes the mails and whose bounces nobody hears', async () => {
    const env = { ...mail, SMTP_URL: 'smtps://key:secret@smtp.postmarkapp.com' };
    expect(await examine('mail events', env)).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('through postmark'),
      todo: expect.stringContaining('NOTIFY_EVENT_SECRETS=postmark:'),
    });
    const heard = { ...env, NOTIFY_EVENT_SECRETS: `postmark:${'x'.repeat(20)}` };
    expect(await examine('mail events', heard)).toMatchObject({ status: 'ok' });
  });
});

describe('unsubscribe links', () => {
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'shop@example.test' };
  const keys = { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` };

  it('must lead to our page: PUBLIC_URL is the URL of /api', async () => {
    const server = await startServer(({ url = '' }, response) => {
      response.writeHead(404).end(url.startsWith('/api/notifications/unsubscribe/') ? invalidPage() : '{}');
    });
    const look = (url: string) => examine('unsubscribe links', { ...mail, ...keys, PUBLIC_URL: url });
    expect(await look(`${server.url}/api/`)).toMatchObject({ status: 'ok' });
    expect(await look(server.url)).toMatchObject({ status: 'fail', todo: expect.stringContaining('of /api') });
    await server.close();
    expect(await examine('unsubscribe links', mail)).toMatchObject({ status: 'none' });
  });
});

describe('Stripe', () => {
  it.each([
    ['sk_test_right', 'ok', /accepts the key/],
    ['sk_test_wrong', 'fail', /refuses STRIPE_SECRET_KEY/],
  ])('%s is %s', async (key, status, message) => {
    const env = { STRIPE_SECRET_KEY: key, STRIPE_API_BASE: api.url };
    expect(await examine('Stripe', env)).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  it('warns of a test key in production, and fails where nobody answers', async () => {
    const env = { STRIPE_SECRET_KEY: 'sk_test_right', STRIPE_API_BASE: api.url, NODE_ENV: 'production' };
    expect(await examine('Stripe', env)).toMatchObject({ status: 'warn' });
    expect(await examine('Stripe', { ...env, STRIPE_API_BASE: 'http://127.0.0.1:9' })).toMatchObject({
      status: 'fail',
    });
  });
});

describe('Slack', () => {
  it.each([
    ['xoxb-right', 'ok', /of Acme/],
    ['xoxb-wrong', 'fail', /invalid_auth/],
    ['xoxb-mute', 'fail', /may not post/],
  ])('%s is %s', async (token, status, message) => {
    const env = { SLACK_BOT_TOKEN: token, SLACK_API_URL: api.url };
    expect(await examine('Slack', env)).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('billing portal', () => {
  const set = {
    STRIPE_SECRET_KEY: 'sk_test_right',
    BILLING_LINK_SECRET: 'secret-of-billing-links',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'shop@example.test',
  };
  const check = (env: Record<string, string>): Promise<Result> =>
    examine('billing portal', { BATCH_MODULES: 'billing', ...env });

  it('does not concern those who take no payments, or have no billing', async () => {
    expect(await check({})).toMatchObject({ status: 'none' });
    expect(await check({ ...set, BATCH_MODULES: 'upkeep' })).toMatchObject({ status: 'none' });
  });

  it('warns that nobody who is past due gets a mail, and says what is missing', async () => {
    expect(await check(set)).toMatchObject({
      status: 'warn',
      message: 'teams that are past due get no mail: BILLING_PORTAL_URL is not set',
      todo: expect.stringContaining('BATCH_MODULES'),
    });
    const { BILLING_LINK_SECRET: _, ...others } = set;
    expect(await check({ ...others, BILLING_PORTAL_URL: `${api.url}/portal` })).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('BILLING_LINK_SECRET is not set'),
    });
  });

  it('accepts a page that is there, also behind a login, and warns of one that is not', async () => {
    for (const path of ['/portal', '/portal-behind-login']) {
      expect(await check({ ...set, BILLING_PORTAL_URL: api.url + path })).toMatchObject({ status: 'ok' });
    }
    expect(await check({ ...set, BILLING_PORTAL_URL: `${api.url}/nowhere` })).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/replied with 404/),
    });
    expect(await check({ ...set, BILLING_PORTAL_URL: 'http://127.0.0.1:9/portal' })).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/cannot be reached/),
    });
  });

  it('fails in production where the links are not encrypted', async () => {
    const env = { ...set, BILLING_PORTAL_URL: `${api.url}/portal`, NODE_ENV: 'production' };
    expect(await check(env)).toMatchObject({ status: 'fail', todo: expect.stringContaining('https://') });
  });
});

const startMailServer = (): Promise<typeof mail> =>
  new Promise((resolve) => {
    const server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) =>
        password === 'the-password' ? done(null, { user: 'punctual' }) : done(new Error(`Invalid login: ${password}`)),
    });
    server.on('error', () => {});
    const listening = server.listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo;
      resolve({ port, close: () => new Promise((done) => void server.close(() => done())) });
    });
  });

const startApi = (): Promise<RunningServer> =>
  startServer((request, response) => {
    const { url = '', headers } = request;
    const right = headers.authorization !== 'Bearer sk_test_wrong' && headers.authorization !== 'Bearer xoxb-wrong';
    if (url === '/nowhere') response.statusCode = 404;
    if (url === '/portal-behind-login') response.statusCode = 302;
    if (url === '/v1/balance') response.statusCode = right ? 200 : 401;
    if (headers.authorization === 'Bearer xoxb-mute') response.setHeader('x-oauth-scopes', 'channels:read');
    else response.setHeader('x-oauth-scopes', 'channels:read,chat:write');
    response.end(
      JSON.stringify(
        url === '/auth.test' ? (right ? { ok: true, team: 'Acme' } : { ok: false, error: 'invalid_auth' }) : {},
      ),
    );
  });

/** Replies to every question with these TXT records, or that there is no such name (RFC 1035, section 4). */
async function startDns(records: readonly string[]): Promise<{ readonly port: number; close(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(records.length > 0 ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = records.map((text) => {
      const data = Buffer.from(text);
      return Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, data.length + 1, data.length]), data]);
    });
    socket.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, close: () => void socket.close() };
}
