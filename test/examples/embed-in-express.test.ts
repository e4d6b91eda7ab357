import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createShop, type Shop } from '../../examples/embed-in-express/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type RunningServer } from '../support/servers/http-server.js';

describe('the example that embeds Punctual in an Express app', () => {
  let database: TestDatabase;
  let shop: Shop;
  let server: RunningServer;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    shop = await createShop(database.pool, 'secret');
    server = await startServer(shop.app);
  });
  afterAll(async () => {
    await server?.close();
    await shop?.scheduler.stop();
    await database.close();
  });

  const admin = async (
    method: string,
    path: string,
    body?: unknown,
    token = 'secret',
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const reply = await fetch(`${server.url}/admin${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };

  it('needs five lines and nothing but the public face', async () => {
    const source = await readFile('examples/embed-in-express/app.ts', 'utf8');
    expect(source.match(/ \/\/ \d$/gm)).toEqual([' // 1', ' // 2', ' // 3', ' // 4', ' // 5']);
    const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(imported.sort()).toEqual(['express', 'pg', 'punctual', 'punctual/express']);
  });

  it('keeps the admin routes behind its token, and its own routes open', async () => {
    expect((await admin('GET', '/status', undefined, 'wrong')).status).toBe(401);
    expect((await fetch(`${server.url}/digests`)).status).toBe(200);
  });

  it("processes a subscription with the app's own function", async () => {
    const schedule = { frequency: 'daily', time: '09:00', timezone: 'Asia/Tokyo' };
    const created = await admin('POST', '/subscriptions', { user_id: 'aiko', schedule });
    expect(created.status).toBe(201);
    const run = await admin('POST', `/subscriptions/${String(created.body['id'])}/process`);
    expect(run.body).toMatchObject({ success: true, result: { processed: 1, successful: 1, failed: 0 } });
    expect(await (await fetch(`${server.url}/digests`)).json()).toEqual({ sent: ['aiko'] });
  });

  it('leaves the pool to the app when it stops', async () => {
    await shop.scheduler.stop();
    expect((await database.pool.query('SELECT 1')).rows).toHaveLength(1);
  });
});
