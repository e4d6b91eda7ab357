// Every promise is put to axios's own adapter and to ours, side by side, against the same server.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxiosError } from 'axios';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { createUndiciAdapter } from '../../../src/clients/http/undici-adapter.js';
import { startEcho, type Echo } from './echo-server.js';

let echo: Echo;
let undici: ReturnType<typeof createUndiciAdapter>;

beforeAll(async () => {
  echo = await startEcho();
  undici = createUndiciAdapter({ connections: 4, env: {} });
});

afterAll(async () => {
  await undici.close();
  await echo.close();
});

const both = (): [AxiosInstance, AxiosInstance] => [
  axios.create({ adapter: 'http', baseURL: echo.url, proxy: false }),
  axios.create({ adapter: undici.adapter, baseURL: echo.url, proxy: false }),
];

/** What a caller sees of a response, without what differs from call to call. */
function seen(response: AxiosResponse): object {
  const { date: _, connection: _c, 'keep-alive': _k, ...headers } = response.headers as Record<string, string>;
  const { responseUrl } = (response.request as { res: { responseUrl: string } }).res;
  return { status: response.status, statusText: response.statusText, headers, data: response.data, responseUrl };
}

async function outcome(client: AxiosInstance, config: AxiosRequestConfig): Promise<object> {
  try {
    const response = await client.request(config);
    const { responseUrl: _, ...rest } = seen(response) as Record<string, unknown>;
    return rest;
  } catch (thrown) {
    const error = thrown as AxiosError;
    const { code, message, status } = error;
    return {
      code,
      message,
      status,

      isAxiosError: error.isAxiosError,
      data: error.response?.data,
      cancel: axios.isCancel(error),
    };
  }
}

async function same(config: () => AxiosRequestConfig): Promise<Record<string, unknown>> {
  const [reference, ours] = both();
  const [expected, got] = [await outcome(reference, config()), await outcome(ours, config())];
  expect(got).toEqual(expected);
  return got as Record<string, unknown>;
}

describe('requests arrive as axios would send them', () => {
  const requests: readonly [string, AxiosRequestConfig][] = [
    ['a GET with parameters', { url: '/echo', params: { a: 1, b: ['x', 'y'], c: 'ä&=' } }],
    ['JSON', { url: '/echo', method: 'post', data: { name: 'ä', deep: { list: [1, null] } } }],
    ['text', { url: '/echo', method: 'put', data: 'plain', headers: { 'Content-Type': 'text/plain' } }],
    ['bytes', { url: '/echo', method: 'patch', data: Buffer.from([1, 2, 250]) }],
    ['a form in the URL', { url: '/echo', method: 'post', data: new URLSearchParams({ a: '1', b: 'ä' }) }],
    ['no body', { url: '/echo', method: 'post' }],
    ['DELETE', { url: '/echo', method: 'delete' }],
    ['own headers, some removed', { url: '/echo', headers: { 'X-One': 'a', 'User-Agent': 'me', Accept: false } }],
    ['a user and a password', { url: '/echo', auth: { username: 'ü', password: 'p:w' } }],
  ];

  it.each(requests)('%s', async (_, config) => {
    expect(await same(() => ({ ...config }))).toMatchObject({ status: 200 });
  });

  it('credentials in the URL', async () => {
    const url = `${echo.url.replace('//', '//us%40er:pw@')}/echo`;
    expect(await same(() => ({ url }))).toMatchObject({ status: 200 });
  });
});

describe('answers come back as axios would give them', () => {
  const answers: readonly [string, AxiosRequestConfig, object][] = [
    ['JSON', { url: '/json' }, { data: { hello: 'wörld' } }],
    ['text that is no JSON', { url: '/text' }, { data: 'plain text' }],
    ['a byte order mark', { url: '/bom' }, { data: 'marked' }],
    ['bytes', { url: '/bytes', responseType: 'arraybuffer' }, { data: Buffer.from([0, 255, 1]) }],
    ['gzip', { url: '/packed/gzip' }, { data: { packed: 'gzip' } }],
    ['deflate', { url: '/packed/deflate' }, { data: { packed: 'deflate' } }],
    ['raw deflate', { url: '/packed/raw' }, { data: { packed: 'raw' } }],
    ['brotli', { url: '/packed/br' }, { data: { packed: 'br' } }],
    ['packed and left so', { url: '/packed/gzip', decompress: false, responseType: 'arraybuffer' }, { status: 200 }],
    ['204', { url: '/status/204' }, { status: 204, data: '' }],
    ['HEAD', { url: '/json', method: 'head' }, { status: 200 }],
    ['cookies', { url: '/cookies' }, { headers: expect.objectContaining({ 'set-cookie': ['a=1', 'b=2'] }) }],
    ['404', { url: '/status/404' }, { code: 'ERR_BAD_REQUEST', status: 404 }],
    ['500', { url: '/status/500' }, { code: 'ERR_BAD_RESPONSE', status: 500 }],
    ['what validateStatus lets pass', { url: '/status/500', validateStatus: () => true }, { status: 500 }],
  ];

  it.each(answers)('%s', async (_, config, expected) => {
    expect(await same(() => ({ ...config }))).toMatchObject(expected);
  });
});

describe('limits and faults have the same names', () => {
  const faults: readonly [string, AxiosRequestConfig, string][] = [
    ['an answer that is too long', { url: '/text', maxContentLength: 4 }, 'ERR_BAD_RESPONSE'],
    ['an answer that unpacks to too much', { url: '/packed/gzip', maxContentLength: 4 }, 'ERR_BAD_RESPONSE'],
    ['a body that is too long', { url: '/echo', method: 'post', data: 'xxxxx', maxBodyLength: 4 }, 'ERR_BAD_REQUEST'],
    ['a time-out', { url: '/hang', timeout: 40 }, 'ECONNABORTED'],
    ['a time-out, clarified', { url: '/hang', timeout: 40, transitional: { clarifyTimeoutError: true } }, 'ETIMEDOUT'],
    ['a time-out in own words', { url: '/hang', timeout: 40, timeoutErrorMessage: 'too slow' }, 'ECONNABORTED'],
    ['a cut in the body', { url: '/cut-body' }, 'ERR_BAD_RESPONSE'],
    ['another protocol', { url: 'ftp://127.0.0.1/x', baseURL: '' }, 'ERR_BAD_REQUEST'],
    [
      'an object that cannot be sent',
      { url: '/echo', method: 'post', data: 5n, transformRequest: [(x: unknown) => x] },
      'ERR_BAD_REQUEST',
    ],
  ];

  it.each(faults)('%s', async (_, config, code) => {
    expect(await same(() => ({ ...config }))).toMatchObject({ code });
  });

  it('a connection that is refused, cut, or talks nonsense', async () => {
    const [reference, ours] = both();
    for (const url of [echo.deadUrl, `${echo.url}/cut`, `${echo.url}/garbage`]) {
      const [expected, got] = [await outcome(reference, { url }), await outcome(ours, { url })];
      expect([url, (got as AxiosError).code]).toEqual([url, (expected as AxiosError).code]);
      expect(got).toMatchObject({ isAxiosError: true });
    }
  });

  it('the signal, before and while it runs', async () => {
    const running = () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      return { url: '/hang', signal: controller.signal };
    };
    expect(await same(running)).toMatchObject({ code: 'ERR_CANCELED', cancel: true });
    expect(await same(() => ({ url: '/json', signal: AbortSignal.abort() }))).toMatchObject({ code: 'ERR_CANCELED' });
  });

  it('ends a body that never ends, where axios waits forever', async () => {
    const [, ours] = both();
    expect(await outcome(ours, { url: '/stall', timeout: 40 })).toMatchObject({ code: 'ECONNABORTED' });
  });
});

describe('redirects go where axios goes', () => {
  const hops: readonly [string, AxiosRequestConfig][] = [
    ['301 of a GET', { url: '/to/301' }],
    ['302 of a POST becomes a GET', { url: '/to/302', method: 'post', data: { a: 1 } }],
    ['303 of a PUT becomes a GET', { url: '/to/303', method: 'put', data: { a: 1 } }],
    ['307 keeps method and body', { url: '/to/307', method: 'post', data: { a: 1 } }],
    ['308 keeps method and body', { url: '/to/308', method: 'put', data: 'text' }],
    ['to the same origin with credentials', { url: '/to/302', headers: { Authorization: 'Bearer secret' } }],
    ['to another origin without them', { url: '/away', headers: { Authorization: 'Bearer secret', Cookie: 'a=1' } }],
    ['too many', { url: '/round', maxRedirects: 3 }],
    ['not followed', { url: '/to/302', maxRedirects: 0 }],
    ['nowhere', { url: '/status/302' }],
  ];

  it.each(hops)('%s', async (_, config) => {
    await same(() => ({ ...config }));
  });

  it('never takes credentials away to another origin', async () => {
    const got = await same(() => ({ url: '/away', headers: { Authorization: 'Bearer secret' } }));
    expect(JSON.stringify(got)).not.toContain('secret');
  });
});

describe('interceptors, transforms and what only axios does', () => {
  it('run in order around the call', async () => {
    const logs = both().map(async (client) => {
      const log: string[] = [];
      client.interceptors.request.use((config) => {
        log.push(`request ${config.url}`);
        config.headers.set('X-Seen', 'yes');
        return config;
      });
      client.interceptors.response.use((response) => {
        log.push(
          `response ${response.status} ${(response.data as { headers: Record<string, string> }).headers['x-seen']}`,
        );
        return response;
      });
      await client.get('/echo');
      return log;
    });
    const [expected, got] = await Promise.all(logs);
    expect(got).toEqual(expected);
    expect(got).toHaveLength(2);
  });

  it('streams and forms go through axios itself', async () => {
    const [, ours] = both();
    const form = new FormData();
    form.set('a', 'b');
    expect((await ours.post<{ body: string }>('/echo', form)).data.body).toContain('name="a"');
    const { data } = await ours.get<NodeJS.ReadableStream>('/text', { responseType: 'stream' });
    let text = '';
    for await (const chunk of data) text += String(chunk);
    expect(text).toBe('plain text');
  });
});

describe('proxies', () => {
  const via = async (env: Record<string, string>, config: AxiosRequestConfig = {}): Promise<boolean> => {
    const own = createUndiciAdapter({ connections: 1, env });
    const saved = { ...process.env };
    Object.assign(process.env, env);
    try {
      const { data } = await axios.get<{ proxied: boolean }>(`${echo.url}/echo`, { adapter: own.adapter, ...config });
      return data.proxied;
    } finally {
      process.env = saved;
      await own.close();
    }
  };

  it('of the environment are used, save for what is exempt or told not to', async () => {
    const { port } = new URL(echo.url);
    expect(await via({ http_proxy: echo.url })).toBe(true);
    expect(await via({ http_proxy: echo.url, no_proxy: `10.0.0.1, 127.0.0.1:${port}` }, { maxRedirects: 0 })).toBe(
      false,
    );
    expect(await via({ http_proxy: echo.url, no_proxy: '127.0.0.1:1' }, { maxRedirects: 0 })).toBe(true);
    expect(await via({ http_proxy: echo.url }, { proxy: false })).toBe(false);
    expect(await via({ https_proxy: echo.url })).toBe(false);
  });

  it('of the configuration are used', async () => {
    const { hostname, port } = new URL(echo.url);
    expect(await via({}, { proxy: { protocol: 'http', host: hostname, port: Number(port) } })).toBe(true);
  });
});
