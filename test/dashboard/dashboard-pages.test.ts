// The page and the assets of the client: found under any mount, guarded by their policy, and nothing else of the disk.
import { utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { clientFolder } from '../../src/dashboard/client-folder.js';
import { dashboardPages, type DashboardOptions } from '../../src/dashboard/dashboard-pages.js';
import { CONTENT_SECURITY_POLICY, pageAt } from '../../src/dashboard/page.js';
import { buildClient, createLoginApp, type BuiltClient } from '../routes/access/login-app.js';
import { startServer } from '../support/servers/http-server.js';

let client: BuiltClient;
beforeAll(async () => {
  client = await buildClient();
});
afterAll(() => client.remove());

const appWith = (options: Partial<DashboardOptions> = {}) =>
  express()
    .use(
      '/deep/admin',
      dashboardPages({
        baseOf: (request) => request.baseUrl,
        apiPaths: new Set(['/ui/session']),
        folder: client.folder,
        ...options,
      }),
    )
    .use((_request, response) => void response.status(418).end());

describe('the page', () => {
  it.each(['', '/', '/ui', '/ui/', '/ui/subscriptions/7?status=failed', '/ui/no/such/page'])(
    'is sent at %j, with addresses of this mount',
    async (at) => {
      const { status, text, headers } = await supertest(appWith()).get(`/deep/admin${at}`);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<meta name="punctual-base" content="/deep/admin" />');
      expect(text).toContain('src="/deep/admin/ui/assets/index-a1.js"');
      expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
      expect(headers['x-frame-options']).toBe('DENY');
    },
  );

  it.each(['/ui/session', '/status', '/uix', '/UI', '/ui2/x'])('is not sent at %s', async (at) => {
    await supertest(appWith()).get(`/deep/admin${at}`).expect(418);
  });

  it('is not sent for changes', async () => {
    await supertest(appWith()).post('/deep/admin/ui').expect(418);
    await supertest(appWith()).head('/deep/admin/ui').expect(200);
  });

  it('is the new one after a build', async () => {
    const built = await buildClient('<head></head>one');
    const app = appWith({ folder: built.folder });
    expect((await supertest(app).get('/deep/admin')).text).toContain('one');
    await writeFile(path.join(built.folder, 'index.html'), '<head></head>two');
    await utimes(path.join(built.folder, 'index.html'), 1, 1);
    expect((await supertest(app).get('/deep/admin')).text).toContain('two');
    await built.remove();
    const { status, text } = await supertest(app).get('/deep/admin');
    expect([status, text]).toEqual([503, expect.stringContaining('npm run build')]);
  });

  it('is kept from those whom the host does not know', async () => {
    const app = appWith({ admits: async (request) => request.get('x-user') === 'eve' });
    expect((await supertest(app).get('/deep/admin').expect(401)).text).toContain('not signed in');
    await supertest(app).get('/deep/admin').set('x-user', 'eve').expect(200);
  });

  it('cannot be made to say something else by the address', () => {
    const page = pageAt('<head></head><script src="./assets/a.js">', '/"><script>alert(1)</script>&$&');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('content="/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;$&amp;"');
  });
});

describe('an asset', () => {
  it('is sent compressed to be kept, with its type and policy', async () => {
    const { headers, text } = await supertest(appWith()).get('/deep/admin/ui/assets/index-a1.js').expect(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      vary: 'Accept-Encoding',
    });
    expect(text).toContain('hello');
    const plain = await supertest(appWith())
      .get('/deep/admin/ui/assets/index-a1.js')
      .set('Accept-Encoding', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe(text);
  });

  it('that is not there is not kept, and nothing outside of the folder is there', async () => {
    const server = await startServer(appWith());
    const status = (at: string): Promise<number> =>
      new Promise((resolve, reject) => {
        httpRequest(`${server.url}/`, { path: `/deep/admin/ui/assets/${at}` }, (response) => {
          response.resume();
          expect(response.headers['cache-control']).toBeUndefined();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    const outside = [
      'gone.js',
      '',
      '.',
      '..',
      '../index.html',
      '../secret.txt',
      '..%2fsecret.txt',
      '%2e%2e/secret.txt',
    ];
    const odd = [
      '..\\secret.txt',
      '%00',
      '%',
      '__proto__',
      'constructor',
      '/etc/passwd',
      'index-a1.js/',
      'index-a1.js%00',
    ];
    for (const at of [...outside, ...odd]) expect([at, await status(at)]).toEqual([at, 404]);
    await server.close();
  });

  it('is compressed once, as it was built', async () => {
    const { body } = (await supertest(appWith())
      .get('/deep/admin/ui/assets/index-a1.js')
      .set('Accept-Encoding', 'gzip')
      .buffer(true)
      .parse((response, done) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => done(null, Buffer.concat(pieces)));
      })) as unknown as { body: Buffer };
    const text = body[0] === 0x1f ? gunzipSync(body).toString() : body.toString();
    expect(text.startsWith('console.info("hello");')).toBe(true);
  });
});

describe('where the client is', () => {
  it('is beside the compiled code, and in dist for the code that TypeScript runs', () => {
    expect(clientFolder('file:///app/dist/dashboard/client-folder.js').href).toBe('file:///app/dist/dashboard/client/');
    expect(clientFolder('file:///app/src/dashboard/client-folder.ts').href).toBe('file:///app/dist/dashboard/client/');
  });
});

describe('mounted by adminRoutes', () => {
  it('the page is there without a token, and nothing else', async () => {
    const { app } = createLoginApp();
    const page = await supertest(app).get('/deep/admin');
    expect(page.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['cache-control']).toBe('no-store');
    await supertest(app).get('/deep/admin/ui/session').expect(401);
    await supertest(app).get('/deep/admin/openapi.json').expect(401);
    await supertest(app).get('/deep/admin/no-such-route').expect(401);
  });

  it('the page is behind the host’s authentication where there is one, and guesses are counted', async () => {
    const { app } = createLoginApp({ authenticate: (request) => (request.get('x-user') ? { name: 'eve' } : null) });
    for (let round = 0; round < 600; round += 100) {
      await Promise.all(Array.from({ length: 100 }, () => supertest(app).get('/deep/admin').expect(401)));
    }
    await supertest(app).get('/deep/admin').expect(429);
    expect((await supertest(app).get('/deep/admin').set('x-user', 'eve')).status).not.toBe(429);
  });
});
