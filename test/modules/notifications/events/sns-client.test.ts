// The client for SNS against a real server with TLS on loopback, which stands where the name of SNS leads to.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { createOutbound } from '../../../../src/clients/http/public-address.js';
import { ses } from '../../../../src/modules/notifications/events/ses.js';
import { createSnsClient } from '../../../../src/modules/notifications/events/sns-client.js';
import { selfSigned, type SelfSigned } from '../../../support/servers/self-signed.js';
import { bounce, certificate, CERTIFICATE_URL, signed, TOPIC } from './sns-kit.js';

const HOST = new URL(CERTIFICATE_URL).host;
const CONFIRM_URL = `https://${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=t`;
let signer: SelfSigned;
let server: Server;
let agent: Agent;
let requests: string[] = [];
let reply: { status: number; body: string };

beforeAll(async () => {
  signer = certificate();
  const { pem: cert, key } = selfSigned(HOST, new Date('2020-01-01'), new Date('2049-01-01'));
  server = createServer({ cert, key: key.export({ type: 'pkcs8', format: 'pem' }) }, (request, response) => {
    requests.push(`${request.headers.host}${request.url}`);
    response.writeHead(reply.status).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connect = buildConnector({ ca: cert });
  agent = new Agent({
    connect: (options, done) =>
      connect({ ...options, hostname: '127.0.0.1', port: String(port), servername: HOST }, done),
  });
  reply = { status: 200, body: signer.pem };
});
afterEach(() => {
  requests = [];
  reply = { status: 200, body: signer.pem };
});
afterAll(async () => {
  await agent.close();
  await new Promise((resolve) => server.close(resolve));
});

const read = async (client: ReturnType<typeof createSnsClient>, message: object) =>
  ses(TOPIC, client).read({ body: Buffer.from(JSON.stringify(message)), now: new Date() } as never);
const event = (more: object = {}) =>
  signed(signer, { Message: bounce('ada@example.com', '<1@shop.example>'), ...more });

describe('the client for SNS', () => {
  it('fetches a certificate once, for messages at once and later ones', async () => {
    const client = createSnsClient(agent);
    const events = await Promise.all([1, 2, 3].map(() => read(client, event())));
    events.push(await read(client, event()));
    expect(events.map((found) => found.map(({ address }) => address))).toEqual(Array(4).fill(['ada@example.com']));
    expect(requests).toEqual([CERTIFICATE_URL.replace('https://', '')]);
  });

  it('keeps no failure: the next message asks again', async () => {
    const client = createSnsClient(agent);
    reply = { status: 503, body: 'later' };
    await expect(read(client, event())).rejects.toMatchObject({ code: 'EVENT_SOURCE_UNAVAILABLE' });
    reply = { status: 200, body: 'x'.repeat(64_001) };
    await expect(read(client, event())).rejects.toMatchObject({ code: 'EVENT_SOURCE_UNAVAILABLE' });
    reply = { status: 200, body: signer.pem };
    expect(await read(client, event())).toHaveLength(1);
    expect(requests).toHaveLength(3);
  });

  it('confirms a subscription at the URL that was signed', async () => {
    const confirmation = { Type: 'SubscriptionConfirmation', SubscribeURL: CONFIRM_URL, Token: 't' } as const;
    expect(await read(createSnsClient(agent), event(confirmation))).toEqual([]);
    expect(requests).toEqual([CERTIFICATE_URL, CONFIRM_URL].map((url) => url.replace('https://', '')));
  });

  it.each([
    ['a certificate', { SigningCertURL: CERTIFICATE_URL.replace(HOST, 'sns.eu-west-1.amazonaws.com.evil.example') }],
    ['a certificate', { SigningCertURL: CERTIFICATE_URL.replace(HOST, '127.0.0.1') }],
  ])('is not asked for %s of another host: %j', async (_, more) => {
    await expect(read(createSnsClient(agent), event(more))).rejects.toMatchObject({ code: 'EVENT_SIGNATURE_INVALID' });
    expect(requests).toEqual([]);
  });

  it('is not asked to confirm at another host', async () => {
    const confirmation = {
      Type: 'SubscriptionConfirmation',
      SubscribeURL: 'https://evil.example/',
      Token: 't',
    } as const;
    await expect(read(createSnsClient(agent), event(confirmation))).rejects.toMatchObject({
      code: 'EVENT_SIGNATURE_INVALID',
    });
    expect(requests).toEqual([CERTIFICATE_URL.replace('https://', '')]);
  });

  it('does not connect to an address inside, whatever the name of SNS resolves to', async () => {
    const inside = createOutbound({
      allowPrivate: false,
      resolve: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    await expect(read(createSnsClient(inside), event())).rejects.toMatchObject({
      code: 'EVENT_SOURCE_UNAVAILABLE',
      cause: { code: 'FORBIDDEN_ADDRESS' },
    });
    expect(requests).toEqual([]);
    await inside.close();
  });
});
