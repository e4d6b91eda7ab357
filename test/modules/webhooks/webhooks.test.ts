// Webhooks on the ends of jobs: who hears what, signatures, retries, rotation, and addresses that are not called.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { createWebhooks, type WebhooksState } from '../../../src/modules/webhooks/create-webhooks.js';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { createTestHost } from '../test-host.js';
import { startQueue, workOnce, type TestQueue } from '../../scheduler/queue/support.js';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let database: TestDatabase;
let webhooks: WebhooksState;
let kit: TestQueue;
let server: RunningServer;
let heard: Heard[] = [];
let answers: (number | { readonly status: number; readonly headers: Record<string, string> })[] = [];

const work = defineJob({
  type: 'work',
  schema: z.object({ fails: z.boolean().default(false) }),
  retry: { maxAttempts: 1 },
  run: (_ctx, { fails }) => {
    if (fails) throw new Error('no');
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.shift() ?? 204;
      const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
      response.writeHead(status, headers).end();
    });
  });
  const host = createTestHost(database, [{ id: 'test', key: randomBytes(32) }]);
  webhooks = createWebhooks(host, { allowPrivate: true });
  kit = await startQueue(database, {
    jobs: [work, webhooks.job],
    start: false,
    listeners: [webhooks.listener],
    watched: ({ type, extras }) => webhooks.listener.watches({ type, workspaceId: extras.workspace_id }),
  });
  host.bind(kit.queue);
});
afterEach(async () => {
  for (const { id } of await webhooks.list()) await webhooks.remove(id);
  heard = [];
  answers = [];
});
afterAll(async () => {
  await kit.stop();
  await webhooks.close();
  await server.close();
  await database.close();
});

const verify = (secret: string, { headers, body }: Heard): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
const types = (): string[] => heard.map(({ body }) => (JSON.parse(body) as { type: string }).type);

const secretsOf = async (id: string): Promise<string[]> => {
  const { rows } = await database.pool.query<{ value: string }>(
    `SELECT s ->> 'value' AS value FROM punctual.webhook_endpoints, jsonb_array_elements(secrets) s WHERE id = $1`,
    [id],
  );
  return rows.map(({ value }) => value);
};
const storeSecret = (id: string, value: string) =>
  database.pool.query('UPDATE punctual.webhook_endpoints SET secrets = $2 WHERE id = $1', [
    id,
    JSON.stringify([{ value, expires_at: null }]),
  ]);

describe('webhooks', () => {
  it('tell of completed and dead jobs, signed, without payload or result', async () => {
    const { secret } = await webhooks.create({ url: server.url, events: ['job.completed', 'job.dead'] });
    const { id } = await kit.queue.enqueue(work, {}, { workspaceId: 'w1' });
    await kit.queue.enqueue(work, { fails: true });
    await workOnce(kit.queue);
    expect(types().sort()).toEqual(['job.completed', 'job.dead']);
    const completed = heard.find(({ body }) => body.includes(id)) as Heard;
    expect(verify(secret, completed)).toEqual({
      type: 'job.completed',
      timestamp: expect.any(String),
      data: { job_id: id, type: 'work', status: 'completed', workspace_id: 'w1' },
    });
  });

  it('reach only who wants to hear of the event, the type and the workspace', async () => {
    await webhooks.create({ url: `${server.url}/dead`, events: ['job.dead'] });
    await webhooks.create({ url: `${server.url}/other`, events: ['job.completed'], workspaceId: 'other' });
    await webhooks.create({ url: `${server.url}/type`, events: ['job.completed'], types: ['something'] });
    await kit.queue.enqueue(work, {}, { workspaceId: 'w1' });
    await workOnce(kit.queue);
    expect(heard).toEqual([]);
    await kit.queue.enqueue(work, {}, { workspaceId: 'other' });
    await workOnce(kit.queue);
    expect(heard).toHaveLength(1);
  });

  it('are tried again as the same message, and their attempts are listed', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [500];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    expect((await webhooks.deliveries(endpoint.id)).items).toEqual([
      expect.objectContaining({ status: 'pending', attempts: 1, responseStatus: 500 }),
    ]);
    await database.pool.query(`UPDATE punctual.jobs SET run_at = now() WHERE status = 'failed'`);
    await workOnce(kit.queue);
    expect((await webhooks.deliveries(endpoint.id)).items).toEqual([
      expect.objectContaining({ status: 'delivered', attempts: 2, responseStatus: 204 }),
    ]);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it.each([
    ['seconds', () => '7200'],
    ['a date', () => new Date(Date.now() + 7_210_000).toUTCString()],
  ])('wait for as long as the endpoint asks, in %s', async (_what, retryAfter) => {
    await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [{ status: 503, headers: { 'retry-after': retryAfter() } }];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const { rows } = await database.pool.query<{ waits: number }>(
      `SELECT extract(epoch FROM run_at - now())::float8 AS waits FROM punctual.jobs WHERE status = 'failed'`,
    );
    expect(rows[0]?.waits).toBeGreaterThan(7_000);
  });

  it('stop for good at 410', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [410];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    expect(await webhooks.get(endpoint.id)).toMatchObject({ enabled: false, disabledWhy: 'it returned 410' });
    expect((await webhooks.deliveries(endpoint.id, { status: 'dead' })).items).toHaveLength(1);
  });

  it('end when the endpoint is switched off before the next attempt', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [500];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    await webhooks.update(endpoint.id, { enabled: false });
    await database.pool.query(`UPDATE punctual.jobs SET run_at = now() WHERE status = 'failed'`);
    await workOnce(kit.queue);
    expect((await webhooks.deliveries(endpoint.id)).items).toMatchObject([
      { status: 'dead', attempts: 1, error: 'the endpoint is switched off' },
    ]);
    expect(heard).toHaveLength(1);
  });

  it('end with their job, however that ends', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [500];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const [waiting] = (await kit.queue.admin.list({ type: 'webhook.deliver', status: ['failed'] })).items;
    await kit.queue.admin.cancel(waiting?.id ?? '', { reason: 'wrong customer' });
    expect((await webhooks.deliveries(endpoint.id)).items).toMatchObject([{ status: 'dead', error: 'wrong customer' }]);
  });

  it('wait for a key that is not set, and are dead when it never comes', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    const [secret] = await secretsOf(endpoint.id);
    await storeSecret(endpoint.id, secret?.replace('v1.test.', 'v1.lost.') ?? '');
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const error = 'a secret is stored under the key "lost", which is not set';
    expect((await webhooks.deliveries(endpoint.id)).items).toMatchObject([{ status: 'pending', error }]);
    await database.pool.query(
      `UPDATE punctual.jobs SET run_at = now(), attempt = max_attempts - 1 WHERE status = 'failed'`,
    );
    await workOnce(kit.queue);
    expect((await webhooks.deliveries(endpoint.id)).items).toMatchObject([{ status: 'dead', error, attempts: 2 }]);
    expect(heard).toEqual([]);
  });

  it('are dead at once when their secret was damaged, and are sent when it is put right', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    const [secret] = await secretsOf(endpoint.id);
    await storeSecret(endpoint.id, 'v1.test.AAAA');
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const [delivery] = (await webhooks.deliveries(endpoint.id)).items;
    expect(delivery).toMatchObject({ status: 'dead', error: 'a stored secret was changed, or belongs to another row' });
    await storeSecret(endpoint.id, secret ?? '');
    await webhooks.redeliver(endpoint.id, delivery?.id ?? '');
    await workOnce(kit.queue);
    expect((await webhooks.deliveries(endpoint.id)).items).toMatchObject([{ status: 'delivered' }]);
  });

  it('are not sent again while they are pending', async () => {
    const { endpoint } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    answers = [500];
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const [delivery] = (await webhooks.deliveries(endpoint.id)).items;
    const again = webhooks.redeliver(endpoint.id, delivery?.id ?? '');
    await expect(again).rejects.toMatchObject({ code: 'DELIVERY_PENDING' });
    const jobs = await kit.queue.admin.list({ type: 'webhook.deliver', status: ['pending', 'failed'] });
    expect(jobs.items).toHaveLength(1);
  });

  it('do not stand in the way of a job whose payload names none', async () => {
    const odd = { ...webhooks.job, schema: z.object({ delivery_id: z.string() }) };
    const { id } = await kit.queue.enqueue(odd, { delivery_id: 'none' });
    await workOnce(kit.queue);
    expect(await kit.queue.admin.get(id)).toMatchObject({ status: 'dead', errorCode: 'INVALID_PAYLOAD' });
  });

  it('are signed with both secrets after a rotation, and can be sent again', async () => {
    const { endpoint, secret } = await webhooks.create({ url: server.url, events: ['job.completed'] });
    const { secret: fresh } = await webhooks.rotate(endpoint.id);
    await kit.queue.enqueue(work, {});
    await workOnce(kit.queue);
    const [first] = heard as [Heard];
    expect(verify(fresh, first)).toEqual(verify(secret, first));
    const [delivery] = (await webhooks.deliveries(endpoint.id)).items;
    await webhooks.redeliver(endpoint.id, delivery?.id ?? '');
    await workOnce(kit.queue);
    expect(heard[1]?.headers['webhook-id']).toBe(first.headers['webhook-id']);
    const { rows } = await database.pool.query<{ secrets: unknown }>('SELECT secrets FROM punctual.webhook_endpoints');
    expect(JSON.stringify(rows)).not.toContain('whsec_');
  });

  it('commit with the end they tell of: a settlement that fails tells nobody', async () => {
    await webhooks.create({ url: server.url, events: ['job.completed'] });
    const { id } = await kit.queue.enqueue(work, {});
    await kit.queue.admin.cancel(id);
    await workOnce(kit.queue);
    expect(heard).toEqual([]);
    const { rows } = await database.pool.query('SELECT FROM punctual.webhook_deliveries');
    expect(rows).toEqual([]);
  });

  it('refuse what may not be called', async () => {
    const strict = createWebhooks(createTestHost(database), { allowPrivate: false });
    const { endpoint } = await webhooks.create({ url: 'https://example.com', events: ['job.dead'] });
    for (const url of [
      'http://example.com',
      'https://127.0.0.1/x',
      'https://localhost/',
      'https://db.internal/',
      'x',
    ]) {
      const refused = { code: 'INVALID_INPUT', details: { errors: [{ path: 'url', message: expect.any(String) }] } };
      await expect(strict.create({ url, events: ['job.dead'] })).rejects.toMatchObject(refused);
      await expect(strict.update(endpoint.id, { url })).rejects.toMatchObject(refused);
    }
    expect(await webhooks.get(endpoint.id)).toMatchObject({ url: 'https://example.com' });
    await strict.close();
    await expect(webhooks.get('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'WEBHOOK_NOT_FOUND',
    });
  });
});
