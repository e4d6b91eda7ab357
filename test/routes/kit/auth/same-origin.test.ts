// Where the host knows its operators by a cookie, pages of other sites must not be able to make changes with it.
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { adminRoutes, type AdminRoutesOptions } from '../../../../src/routes/index.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';
import { createFakeScheduler, type FakeScheduler } from '../../fake-scheduler.js';

const TRUSTED = 'https://console.example.com';
const byCookie: AdminRoutesOptions = {
  authenticate: (request) => {
    const known = request.get('cookie') === 'session=1' || /^(Bearer|Basic) /.test(request.get('authorization') ?? '');
    return known ? { name: 'ops' } : null;
  },
  trustedOrigins: [TRUSTED],
};

let scheduler: FakeScheduler;
let server: RunningServer;
beforeAll(async () => {
  scheduler = createFakeScheduler();
  const app = express();
  app.use('/admin', adminRoutes(scheduler, byCookie));
  app.use('/proxied', express().set('trust proxy', 'loopback').use('/admin', adminRoutes(scheduler, byCookie)));
  server = await startServer(app);
});
afterAll(() => server.close());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
}

/** A request with exactly these headers: `fetch` would add some of its own and refuse others. */
async function send(headers: Record<string, string>, { method = 'POST', path = PAUSE, body }: Sent = {}) {
  const text = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = httpRequest(`${server.url}${path}`, {
      method,
      headers: { Cookie: 'session=1', ...(body === undefined ? {} : { 'Content-Length': body.length }), ...headers },
    });
    call.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
    });
    call.on('error', reject).end(body);
  });
  const { code } = JSON.parse(text.body || '{}') as { code?: string };
  return code === undefined ? [text.status] : [text.status, code];
}

const PAUSE = '/admin/subscriptions/pause';
const FILTER = '{"user_id":"u"}';
const JSON_BODY = { 'Content-Type': 'application/json' };
const EVIL = { Origin: 'https://evil.example' };
const own = () => ({ Origin: server.url });

describe('a change with the cookie of a browser', () => {
  it('is not made for a page of another origin, with or without a body', async () => {
    const cases: [Record<string, string>, Sent][] = [
      [{ ...EVIL, 'Content-Type': 'text/plain' }, { body: FILTER }],
      [{ ...EVIL, ...JSON_BODY }, { body: FILTER }],
      [{ ...EVIL, ...JSON_BODY, 'Sec-Fetch-Site': 'cross-site' }, { body: FILTER }],
      [{ ...JSON_BODY, 'Sec-Fetch-Site': 'cross-site' }, { body: FILTER }],
      [{ ...JSON_BODY, 'Sec-Fetch-Site': 'same-site', Origin: 'http://other.127.0.0.1' }, { body: FILTER }],
      [{ ...JSON_BODY, 'Sec-Fetch-Site': 'something-new' }, { body: FILTER }],
      [{ Origin: 'null', ...JSON_BODY }, { body: FILTER }],
      [{ Origin: server.url.replace(/\d+$/, '1') }, {}],
      [{ Origin: `${TRUSTED}.evil.example` }, {}],
      [EVIL, { path: '/admin/processes/rollup/run' }],
      [
        { ...EVIL, ...JSON_BODY },
        { method: 'PATCH', path: '/admin/processes/rollup', body: '{"enabled":false}' },
      ],
      [EVIL, { method: 'DELETE', path: '/admin/workspaces/w/keys/apollo' }],
      // browsers send these credentials unasked as well
      [{ ...EVIL, Authorization: 'Basic b3BzOng=', ...JSON_BODY }, { body: FILTER }],
      [{ ...EVIL, 'X-Forwarded-Host': 'evil.example', ...JSON_BODY }, { body: FILTER }],
    ];
    for (const [headers, sent] of cases)
      expect([headers, await send(headers, sent)]).toEqual([headers, [403, 'CROSS_ORIGIN']]);
    expect(scheduler.calls).toEqual([]);
  });

  it('takes a body as JSON alone: a form can send other types without asking', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ]) {
      const headers = { ...own(), 'Content-Type': type };
      expect(await send(headers, { body: FILTER })).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    expect(await send(own(), { body: FILTER })).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(scheduler.calls).toEqual([]);
  });

  it('is made for the pages of the host, for trusted origins, and for callers that are no browsers', async () => {
    const cases: Record<string, string>[] = [
      { ...own(), ...JSON_BODY },
      { ...own(), 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json; charset=utf-8' },
      { 'Sec-Fetch-Site': 'none', ...JSON_BODY },
      { Origin: TRUSTED, 'Sec-Fetch-Site': 'cross-site', ...JSON_BODY },
      { 'Content-Type': 'application/merge-patch+json' },
      JSON_BODY,
    ];
    for (const headers of cases) expect([headers, await send(headers, { body: FILTER })]).toEqual([headers, [200]]);
    expect(await send(own(), { path: '/admin/process-subscriptions' })).toEqual([200]);
  });

  it('knows the host behind a proxy that it trusts', async () => {
    const headers = { Origin: 'https://app.example.com', 'X-Forwarded-Host': 'app.example.com', ...JSON_BODY };
    expect(await send(headers, { path: `/proxied${PAUSE}`, body: FILTER })).toEqual([200]);
    expect(await send(headers, { body: FILTER })).toEqual([403, 'CROSS_ORIGIN']);
    expect(await send({ ...headers, ...EVIL }, { path: `/proxied${PAUSE}`, body: FILTER })).toEqual([
      403,
      'CROSS_ORIGIN',
    ]);
  });
});

it('a token in a header is proof enough: no other page can add it', async () => {
  const headers = { ...EVIL, 'Sec-Fetch-Site': 'cross-site', Authorization: 'Bearer x', 'Content-Type': 'text/plain' };
  expect(await send(headers, { body: FILTER })).toEqual([200]);
});

it('reading is not a change', async () => {
  expect(await send({ ...EVIL, 'Sec-Fetch-Site': 'cross-site' }, { method: 'GET', path: '/admin/status' })).toEqual([
    200,
  ]);
});

it('a stranger is told that they are one', async () => {
  expect(await send({ ...EVIL, Cookie: 'session=2' })).toEqual([401, 'UNAUTHENTICATED']);
});

it.each(['console.example.com', 'https://console.example.com/', 'https://a.example/path', '*', ''])(
  'trusting "%s" is refused: it is no origin',
  (origin) => {
    expect(() => adminRoutes(scheduler, { ...byCookie, trustedOrigins: [origin] })).toThrow('must be an origin');
  },
);
