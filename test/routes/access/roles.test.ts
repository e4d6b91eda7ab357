// What each role may do, for every route there is; and that a browser's changes carry the session's secret.
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createAdminApi } from '../../../src/routes/admin-routes.js';
import { roleNeeded } from '../../../src/routes/access/roles.js';
import { createFakeScheduler, RUN_ID, SUBSCRIPTION_ID } from '../fake-scheduler.js';
import { ALICE, createLoginApp, OTTO, TOKENS, VERA } from './login-app.js';

const { routes } = createAdminApi(createFakeScheduler(), { tokens: TOKENS, environment: 'test' });
const ROLE_OF = { viewer: VERA, operator: OTTO, admin: ALICE } as const;
type RoleName = keyof typeof ROLE_OF;

const fill = (path: string): string =>
  path.replace('/runs/:id', `/runs/${RUN_ID}`).replace(/:id/g, SUBSCRIPTION_ID).replace(/:\w+/g, 'subscriptions');

const changes = routes.filter(({ method, open }) => method !== 'get' && !open);

describe('roles', () => {
  it.each(changes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', async (_name, route) => {
    const { app } = createLoginApp();
    const status = async (role: RoleName) => {
      const call = supertest(app)[route.method](`/deep/admin${fill(route.path)}`);
      return (await call.set('Authorization', `Bearer ${ROLE_OF[role].token}`).send({ no_such_field: 1 })).status;
    };
    const needed = roleNeeded(route);
    const ranks: RoleName[] = ['viewer', 'operator', 'admin'];
    for (const role of ranks) {
      const refused = (await status(role)) === 403;
      expect({ role, refused }).toEqual({ role, refused: ranks.indexOf(role) < ranks.indexOf(needed) });
    }
  });

  it('viewers change nothing but their own session', () => {
    const open = changes.filter((route) => roleNeeded(route) === 'viewer').map(({ id }) => id);
    expect(open.sort()).toEqual([
      'compareSchedule',
      'createLoginCode',
      'logout',
      'previewSchedule',
      'scheduleCalendar',
    ]);
  });

  it('viewers read how a subscription stands', async () => {
    const { app } = createLoginApp();
    for (const look of ['why', 'timeline']) {
      const call = supertest(app).get(`/deep/admin/subscriptions/${SUBSCRIPTION_ID}/${look}`);
      await call.set('Authorization', `Bearer ${VERA.token}`).expect(200);
    }
  });

  it('operators pause a process and do not reschedule it', async () => {
    const { app } = createLoginApp();
    const patch = (body: object, { token }: { token: string }) =>
      supertest(app).patch('/deep/admin/processes/subscriptions').set('Authorization', `Bearer ${token}`).send(body);
    await patch({ enabled: false }, OTTO).expect(200);
    const refused = await patch({ schedule: { frequency: 'daily' } }, OTTO).expect(403);
    expect(refused.body).toMatchObject({ code: 'FORBIDDEN', detail: expect.stringContaining('needs the role admin') });
    await patch({ schedule: { frequency: 'daily' } }, ALICE).expect(200);
    await patch({ enabled: true }, VERA).expect(403);
  });

  it('come from the host’s authentication, where nothing means admin and nonsense opens nothing', async () => {
    const { app } = createLoginApp({
      authenticate: (request) => {
        const role = request.get('x-role');
        return { name: 'host', ...(role === undefined ? {} : { role: role as 'viewer' }) };
      },
    });
    const run = (headers: Record<string, string>) =>
      supertest(app).post('/deep/admin/processes/subscriptions/run').set(headers);
    await run({}).expect(200);
    await run({ 'x-role': 'operator' }).expect(200);
    await run({ 'x-role': 'viewer' }).expect(403);
    await run({ 'x-role': 'root' }).expect(500);
  });
});

describe('a change by cookie', () => {
  const changed = ['post', 'patch', 'put', 'delete'] as const;

  it.each(changed)('is refused for %s without the secret of its own session', async (method) => {
    const { app, browser } = createLoginApp();
    const [alice, otto] = [await browser(ALICE.token), await browser(OTTO.token)];
    const call = () => supertest(app)[method]('/deep/admin/no-such-route').set('Cookie', alice.cookie);
    for (const csrf of [undefined, '', 'x', otto.csrf, `${alice.csrf} `.padEnd(50, 'x')]) {
      const reply = await call().set(csrf === undefined ? {} : { 'X-Punctual-CSRF': csrf });
      expect([reply.status, (reply.body as { code: string }).code]).toEqual([403, 'CSRF_REFUSED']);
    }
    await call().set('X-Punctual-CSRF', alice.csrf).expect(404);
  });

  it('is refused from another origin even with the secret', async () => {
    const { browser } = createLoginApp();
    const alice = await browser(ALICE.token);
    const run = () => alice.send('post', '/processes/subscriptions/run');
    await run().set('Sec-Fetch-Site', 'cross-site').expect(403);
    await run().set('Origin', 'https://evil.example').expect(403);
    await run().expect(200);
  });

  it('needs it for logging out as well', async () => {
    const { app, browser } = createLoginApp();
    const { cookie } = await browser(VERA.token);
    await supertest(app).post('/deep/admin/ui/logout').set('Cookie', cookie).expect(403);
  });
});
