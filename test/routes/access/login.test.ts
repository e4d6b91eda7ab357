// Logging in with a token or a link, and what the session that begins may do until it ends.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { adminRoutes } from '../../../src/routes/index.js';
import { createFakeScheduler } from '../fake-scheduler.js';
import { ALICE, cookieOf, createLoginApp, OTTO, TOKENS, VERA } from './login-app.js';

const HOUR_MS = 3_600_000;

describe('POST /ui/login', () => {
  it('begins a session in a cookie that scripts cannot read and other sites do not send', async () => {
    const { login, scheduler } = createLoginApp();
    const reply = await login({ token: ALICE.token }).expect(200);
    expect(reply.body).toMatchObject({ name: 'alice', role: 'admin', kind: 'cookie', environment: 'test' });
    const { csrf, expires_at: expiresAt } = reply.body as { csrf: string; expires_at: string };
    expect(csrf).toMatch(/^[\w-]{43}$/);
    expect(expiresAt).toBe('2026-03-01T16:00:00.000Z');
    expect(cookieOf(reply)).toMatch(
      /^punctual_session=[\w-]+\.[\w-]{43}; Path=\/deep\/admin; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    );
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(scheduler.calls).toContainEqual([
      'audit.record',
      expect.objectContaining({
        action: 'dashboard.login',
        details: { method: 'token' },
        by: expect.objectContaining({ name: 'alice' }),
      }),
    ]);
  });

  it.each([
    ['http://127.0.0.1:3000', false],
    ['http://localhost:3000', false],
    ['http://[::1]:3000', false],
    ['https://127.0.0.1:3000', true],
    ['https://app.example.com', true],
    ['http://app.example.com', true],
    ['http://localhost.example.com', true],
  ])('from a page of %s, the cookie is for HTTPS alone: %s', async (origin, secure) => {
    const { app } = createLoginApp({ trustedOrigins: [origin] });
    const reply = await supertest(app)
      .post('/deep/admin/ui/login')
      .set({ Origin: origin, Host: new URL(origin).host })
      .send({ token: ALICE.token })
      .expect(200);
    expect(/; Secure$/.test(cookieOf(reply))).toBe(secure);
  });

  it('is refused for a wrong token, an empty one, none, and two at once', async () => {
    const { login, codes } = createLoginApp();
    const wrong = await login({ token: `${ALICE.token}x` }).expect(401);
    expect(wrong.body).toMatchObject({ code: 'UNAUTHENTICATED', login: 'token' });
    expect(cookieOf(wrong)).toBe('');
    await login({ token: '' }).expect(400);
    await login({}).expect(400);
    const { code } = codes.issue({ name: 'alice', role: 'admin' }, 60);
    await login({ token: ALICE.token, code }).expect(400);
    await login({ token: ALICE.token, next: 'https://evil.example' }).expect(400);
    await login({ code }).expect(200);
  });

  it('does not take a form, nor a page of another origin', async () => {
    const { app } = createLoginApp();
    const post = () => supertest(app).post('/deep/admin/ui/login');
    await post().type('form').send(`token=${ALICE.token}`).expect(415);
    await post().set('Origin', 'https://evil.example').send({ token: ALICE.token }).expect(403);
    await post().set('Sec-Fetch-Site', 'cross-site').send({ token: ALICE.token }).expect(403);
  });

  it('counts wrong tokens of an address, and never a right one', async () => {
    const { login } = createLoginApp();
    for (let round = 0; round < 600; round += 100) {
      await Promise.all(Array.from({ length: 100 }, () => login({ token: 'wrong' }).expect(401)));
    }
    const refused = await login({ token: 'wrong' }).expect(429);
    expect(refused.headers['retry-after']).toBe('60');
    await login({ token: ALICE.token }).expect(200);
  });

  it('keeps nobody out because the login cannot be recorded', async () => {
    const { login, scheduler } = createLoginApp();
    scheduler.audit.record = () => Promise.reject(new Error('no database'));
    await login({ token: ALICE.token }).expect(200);
  });
});

describe('a link that logs in', () => {
  it('works once, as the owner of the token', async () => {
    const { app, login } = createLoginApp();
    const made = await supertest(app)
      .post('/deep/admin/ui/login-codes')
      .set('Authorization', `Bearer ${OTTO.token}`)
      .expect(201);
    const { code } = made.body as { code: string };
    expect((await login({ code }).expect(200)).body).toMatchObject({ name: 'otto', role: 'operator', kind: 'cookie' });
    expect((await login({ code }).expect(401)).body).toMatchObject({ detail: expect.stringContaining('used already') });
  });

  it('is too old after ten minutes', async () => {
    const { login, codes, time } = createLoginApp();
    const { code, expiresAt } = codes.issue({ name: 'alice', role: 'admin' }, 600);
    expect(expiresAt).toEqual(new Date('2026-03-01T08:10:00Z'));
    time.ahead = 600_000;
    await login({ code }).expect(401);
  });

  it('is not made by a session, which would outlive itself', async () => {
    const { browser } = createLoginApp();
    await (await browser(ALICE.token)).send('post', '/ui/login-codes').expect(403);
  });

  it('is worth nothing when there is no such token any more', async () => {
    const { login, codes } = createLoginApp();
    await login({ code: codes.issue({ name: 'gone', role: 'admin' }, 60).code }).expect(401);
    await login({ code: codes.issue({ name: 'vera', role: 'admin' }, 60).code }).expect(401);
  });
});

describe('GET /ui/session', () => {
  it('says who calls, by cookie or token', async () => {
    const { app, browser } = createLoginApp();
    const session = await (await browser(VERA.token)).get('/ui/session').expect(200);
    expect(session.body).toMatchObject({ name: 'vera', role: 'viewer', kind: 'cookie', modules: [] });
    const byToken = supertest(app).get('/deep/admin/ui/session').set('Authorization', `Bearer ${VERA.token}`);
    expect((await byToken.expect(200)).body).toMatchObject({ kind: 'token', csrf: null, expires_at: null });
    const nobody = await supertest(app).get('/deep/admin/ui/session').expect(401);
    expect(nobody.body).toMatchObject({ code: 'UNAUTHENTICATED', login: 'token' });
  });

  it('says that the login is the host’s where it is', async () => {
    const { app } = createLoginApp({
      authenticate: (request) => (request.get('x-user') ? { name: request.get('x-user') ?? '', role: 'viewer' } : null),
    });
    const get = () => supertest(app).get('/deep/admin/ui/session');
    expect((await get().expect(401)).body).toMatchObject({ login: 'host' });
    expect((await get().set('x-user', 'eve').expect(200)).body).toMatchObject({
      name: 'eve',
      role: 'viewer',
      kind: 'host',
    });
    await supertest(app).post('/deep/admin/ui/login').set('x-user', 'eve').send({ token: ALICE.token }).expect(404);
  });
});

describe('a session', () => {
  it('opens the API, and ends after eight hours without use', async () => {
    const { browser, time } = createLoginApp();
    const alice = await browser(ALICE.token);
    await alice.get('/processes').expect(200);
    time.ahead = 8 * HOUR_MS - 1_000;
    await alice.get('/processes').expect(200);
    time.ahead = 8 * HOUR_MS;
    await alice.get('/processes').expect(401);
  });

  it('is renewed while it is used, for a week at most', async () => {
    const { app, browser, time } = createLoginApp();
    let { cookie } = await browser(ALICE.token);
    const get = () => supertest(app).get('/deep/admin/processes').set('Cookie', cookie);
    expect(cookieOf(await get().expect(200))).toBe('');
    let days = 0;
    for (;;) {
      time.ahead += 6 * HOUR_MS;
      const reply = await get();
      if (reply.status === 401) break;
      expect(reply.status).toBe(200);
      cookie = cookieOf(reply).split(';')[0] || cookie;
      days += 0.25;
    }
    expect(days).toBeGreaterThan(6);
    expect(days).toBeLessThanOrEqual(7);
  });

  it('keeps its secret against forgery when it is renewed', async () => {
    const { app, browser, time } = createLoginApp();
    const { cookie, csrf } = await browser(ALICE.token);
    time.ahead = HOUR_MS;
    const renewed = await supertest(app).get('/deep/admin/ui/session').set('Cookie', cookie).expect(200);
    expect(renewed.body).toMatchObject({ csrf });
    expect(cookieOf(renewed)).toMatch(/^punctual_session=.+; Path=\/deep\/admin; Max-Age=28800; HttpOnly/);
    const next = cookieOf(renewed).split(';')[0] ?? '';
    const change = supertest(app).post('/deep/admin/processes/subscriptions/run');
    await change.set({ Cookie: next, 'X-Punctual-CSRF': csrf }).expect(200);
  });

  it('ends with the token that it was begun with, not with those of others', async () => {
    const { browser } = createLoginApp();
    const [alice, otto] = [await browser(ALICE.token), await browser(OTTO.token)];
    const tokens = [{ ...ALICE, token: 'alice-has-a-new-one' }, OTTO];
    const later = express().use('/deep/admin', adminRoutes(createFakeScheduler(), { tokens, ...clockOf() }));
    const status = async ({ cookie }: { cookie: string }) =>
      (await supertest(later).get('/deep/admin/processes').set('Cookie', cookie)).status;
    expect([await status(alice), await status(otto)]).toEqual([401, 200]);
  });

  it('has the role that its token has now', async () => {
    const { browser } = createLoginApp();
    const { cookie } = await browser(ALICE.token);
    const tokens = [{ ...ALICE, role: 'viewer' as const }];
    const later = express().use('/deep/admin', adminRoutes(createFakeScheduler(), { tokens, ...clockOf() }));
    const reply = await supertest(later).get('/deep/admin/ui/session').set('Cookie', cookie).expect(200);
    expect(reply.body).toMatchObject({ name: 'alice', role: 'viewer' });
  });

  it('cannot be made up or changed', async () => {
    const { app, browser } = createLoginApp();
    const { cookie } = await browser(VERA.token);
    const [text = '', signature = ''] = cookie.replace('punctual_session=', '').split('.');
    const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
    const seal = (changed: object) => Buffer.from(JSON.stringify({ ...claims, ...changed })).toString('base64url');
    const forged = [
      `${seal({ name: 'alice' })}.${signature}`,
      `${seal({ expiresS: 9_999_999_999 })}.${signature}`,
      `${text}.`,
      `${text}.${signature}.x`,
      `.${signature}`,
      'x',
      '',
    ];
    for (const value of forged) {
      await supertest(app).get('/deep/admin/processes').set('Cookie', `punctual_session=${value}`).expect(401);
    }
    const beside = `theme=dark; punctual_session=planted; ${cookie}; other=1`;
    await supertest(app).get('/deep/admin/processes').set('Cookie', beside).expect(200);
  });

  it('is a new one at each login, whatever session the browser had', async () => {
    const { app, browser } = createLoginApp();
    const vera = await browser(VERA.token);
    const reply = await supertest(app)
      .post('/deep/admin/ui/login')
      .set('Cookie', vera.cookie)
      .send({ token: VERA.token })
      .expect(200);
    expect(cookieOf(reply).split(';')[0]).not.toBe(vera.cookie);
    expect((reply.body as { csrf: string }).csrf).not.toBe(vera.csrf);
  });

  it('is deleted by logging out', async () => {
    const { browser } = createLoginApp();
    const vera = await browser(VERA.token);
    const reply = await vera.send('post', '/ui/logout').expect(204);
    expect(cookieOf(reply)).toBe('punctual_session=; Path=/deep/admin; Max-Age=0; HttpOnly; SameSite=Strict');
  });

  it('gives way to a token that is sent, right or wrong', async () => {
    const { browser } = createLoginApp();
    const vera = await browser(VERA.token);
    await vera.get('/processes').set('Authorization', 'Bearer wrong-token').expect(401);
    const reply = await vera.get('/ui/session').set('Authorization', `Bearer ${ALICE.token}`).expect(200);
    expect(reply.body).toMatchObject({ name: 'alice', kind: 'token' });
  });
});

const clockOf = () => {
  const now = new Date('2026-03-01T09:00:00Z');
  return { environment: 'test', clock: { now: () => now, monotonicMs: () => 0 } };
};

it('each token of the list begins a session of its own name', async () => {
  const { browser } = createLoginApp();
  for (const { name, token } of TOKENS) {
    expect((await (await browser(token)).get('/ui/session').expect(200)).body).toMatchObject({ name });
  }
});
