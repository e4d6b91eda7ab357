// Handing notifications in over HTTP and SQL: what is stored, what is refused and with which paths, and repeats.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import pg from 'pg';
import supertest from 'supertest';
import { z } from 'zod';
import { adminRoutes, bearerTokens, createModulesApi } from '../../../../src/routes/index.js';
import { smtp } from '../../../../src/modules/notifications/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { startNotifier, type NotifierKit } from '../support.js';
import { REFUSED } from './refused-bodies.js';

let database: TestDatabase;
let server: MailServer;
let kit: NotifierKit;
let app: express.Express;

const ORDER = z.strictObject({ number: z.number(), lines: z.array(z.string()) });

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startMailServer();
  const order = {
    type: 'order',
    schema: ORDER,
    subject: 'Order {{ it.number }}',
    body: '<p>{{ it.lines.join(", ") }}</p>',
  };
  kit = await startNotifier(database, { transport: smtp(server.url), templates: [order] });
  const user = (request: express.Request) => {
    const [, id, team = null] = /^Bearer user-(\w+?)(?:_of_(\w+))?$/.exec(request.get('authorization') ?? '') ?? [];
    return id === undefined ? null : { name: id, userId: id, workspaceId: team };
  };
  const authenticateService = bearerTokens([{ name: 'billing', token: 'a-token-of-billing' }]);
  app = express()
    .use('/admin', adminRoutes(kit.scheduler, { authenticate: () => ({ name: 'ops' }) }))
    .use('/api', createModulesApi(kit.scheduler, { authenticateUser: user, authenticateService }).router);
});
afterAll(async () => {
  await kit.stop();
  await server.close();
  await database.close();
});

const post = (path: string, body: object, { as = 'user-ada', key }: { as?: string; key?: string } = {}) => {
  const request = supertest(app).post(`/api/notifications/${path}`).set('authorization', `Bearer ${as}`);
  return (key === undefined ? request : request.set('idempotency-key', key)).send(body);
};
const recipient = async (user: string | null, workspace: string | null = null): Promise<string> => {
  const sql = 'INSERT INTO {schema}.recipients (user_id, workspace_id, email) VALUES ($1, $2, $3) RETURNING id::text';
  return ((await database.db.query(sql, [user, workspace, `${user}@example.com`])).rows[0] as { id: string }).id;
};
const mailOf = (id: string) => server.mails.find(({ messageId }) => messageId === `<${id}@shop.example>`);
const countOf = async (table = 'notifications'): Promise<number> =>
  ((await database.db.query(`SELECT count(*)::int AS n FROM {schema}.${table}`)).rows[0] as { n: number }).n;
interface Problem {
  readonly errors: readonly { path: string; message: string }[];
}
const pathsOf = ({ body }: { body: unknown }): string[] => (body as Problem).errors.map(({ path }) => path).sort();

describe('POST /api/notifications/send-email', () => {
  it('stores it and says where to look', async () => {
    const response = await post('send-email', { to: 'bob@example.com', type: 'immediate', templateData: {} });
    const { jobId } = response.body as { jobId: string };
    expect(response.status).toBe(202);
    expect(response.get('location')).toBe(`/api/jobs/${jobId}`);
    expect(response.body).toEqual({
      ...{ success: true, messageId: `<${jobId}@shop.example>`, jobId, status: 'queued', statusCode: 202 },
      message: 'Email queued for delivery',
    });
    expect(await kit.until(jobId, 'sent')).toMatchObject({ user_id: 'ada' });
  });

  it('takes services, and knows nobody else', async () => {
    const id = await recipient('eve');
    const { body } = await post('send-email', { recipient_id: id, type: 'system' }, { as: 'a-token-of-billing' });
    expect(await kit.until((body as { jobId: string }).jobId, 'sent')).toMatchObject({ user_id: 'eve' });
    expect((await post('send-email', { to: 'a@b.c', type: 'system' }, { as: 'nobody' })).status).toBe(401);
  });

  it.each(REFUSED)('refuses %j', async (body, paths) => {
    const before = await countOf();
    const response = await post('send-email', body);
    expect(response.status).toBe(400);
    expect(pathsOf(response)).toEqual(paths);
    expect(await countOf()).toBe(before);
  });

  it('sends to own recipients alone', async () => {
    const [own, foreign] = [await recipient('ada'), await recipient('mallory')];
    expect((await post('send-email', { recipient_id: own, type: 'immediate' })).status).toBe(202);
    for (const id of [foreign, 'seven', '0190a0a0-0000-7000-8000-000000000009']) {
      expect(pathsOf(await post('send-email', { recipient_id: id, type: 'immediate' }))).toEqual(['recipient_id']);
    }
  });

  it('sends to those of the user and of the workspace, as far as each is set', async () => {
    const may = async (as: string, user: string | null, workspace: string | null): Promise<boolean> => {
      const body = {
        recipient_id: await recipient(user, workspace),
        type: 'immediate',
        scheduled_for: '2100-01-01T00:00:00Z',
      };
      return (await post('send-email', body, { as })).status === 202;
    };
    expect(await may('user-ada_of_w1', 'ada', 'w1')).toBe(true);
    expect(await may('user-ada_of_w1', null, 'w1')).toBe(true);
    expect(await may('user-ada_of_w1', 'ada', null)).toBe(true);
    expect(await may('user-ada_of_w1', 'bob', 'w1')).toBe(false);
    expect(await may('user-ada_of_w2', 'ada', 'w1')).toBe(false);
    expect(await may('user-ada', 'ada', 'w1')).toBe(false);
    expect(await may('user-ada_of_w1', null, null)).toBe(false);
  });

  it('returns the first result for a repeated key, and refuses the key for something else', async () => {
    const body = { to: 'key@example.com', type: 'immediate' };
    const first = await post('send-email', body, { key: 'k1' });
    const before = await countOf();
    expect((await post('send-email', body, { key: 'k1' })).body).toEqual(first.body);
    expect(await countOf()).toBe(before);
    expect((await post('send-email', { ...body, type: 'system' }, { key: 'k1' })).status).toBe(422);
    expect((await post('send-email', body, { key: 'k1', as: 'user-eve' })).body).not.toEqual(first.body);
  });
});

describe('POST /api/notifications/send-bulk', () => {
  it('stores ten thousand, and the batch says where they are', async () => {
    const recipients = Array.from({ length: 10_000 }, (_, n) => ({
      to: `u${n}@example.com`,
      templateData: { body: `No. ${n}` },
    }));
    const scheduled_for = new Date(Date.now() + 3_600_000).toISOString();
    const bulk = { type: 'immediate', templateData: { title: 'All' }, scheduled_for, recipients };
    const response = await post('send-bulk', bulk, { key: 'bulk' });
    expect(response.body).toEqual({
      success: true,
      batchId: expect.any(String),
      accepted: 10_000,
      duplicates: 0,
      suppressed: 0,
    });
    const location = response.get('location') as string;
    const get = (as: string) => supertest(app).get(location).set('authorization', `Bearer ${as}`);
    expect((await get('user-ada')).body).toMatchObject({ accepted: 10_000, statuses: { pending: 10_000 } });
    expect((await get('user-eve')).status).toBe(404);
    expect((await get('a-token-of-billing')).status).toBe(200);
    expect((await post('send-bulk', bulk, { key: 'bulk' })).body).toEqual(response.body);
    await database.db.query(`DELETE FROM {schema}.jobs WHERE run_at > now()`);
  });

  it('lays a recipient’s data over that of all, and counts who is suppressed', async () => {
    await database.db.query(
      `INSERT INTO {schema}.notification_suppressions (address, reason) VALUES ('no@example.com', 'manual')`,
    );
    const { body } = await post('send-bulk', {
      ...{ type: 'immediate', templateData: { title: 'All', body: 'all' } },
      recipients: [{ to: 'yes@example.com', templateData: { body: 'own' } }, { to: 'No@example.com' }],
    });
    expect(body).toMatchObject({ accepted: 1, suppressed: 1 });
    const sql = `SELECT id::text FROM {schema}.notifications WHERE batch_id = $1 AND status <> 'cancelled'`;
    const { rows } = await database.db.query(sql, [(body as { batchId: string }).batchId]);
    const { id } = rows[0] as { id: string };
    await kit.until(id, 'sent');
    expect(mailOf(id)).toMatchObject({ subject: 'All', text: expect.stringContaining('own') });
  });

  it('sends the same message to an address once', async () => {
    const entry = { to: 'twice@example.com', templateData: { body: 'same' } };
    const { body } = await post('send-bulk', {
      ...{ type: 'immediate', scheduled_for: '2100-01-01T00:00:00Z' },
      recipients: [entry, { ...entry, to: 'TWICE@example.com' }, { ...entry, templateData: { body: 'another' } }],
    });
    expect(body).toMatchObject({ accepted: 2, duplicates: 1, suppressed: 0 });
    const { batchId } = body as { batchId: string };
    const { rows } = await database.db.query(
      `SELECT count(*)::int AS n, (SELECT duplicates FROM {schema}.notification_batches WHERE id = $1) AS duplicates
       FROM {schema}.notifications WHERE batch_id = $1`,
      [batchId],
    );
    expect(rows).toEqual([{ n: 2, duplicates: 1 }]);
  });

  it('refuses common data that is too large', async () => {
    const templateData = { body: 'x'.repeat(40_000), preheader: 'y'.repeat(30_000) };
    const response = await post('send-bulk', { type: 'order', templateData, recipients: [{ to: 'a@example.com' }] });
    expect(response.status).toBe(400);
    expect(pathsOf(response)).toContain('templateData');
  });

  it('refuses all for one that is wrong, with its index', async () => {
    const [before, batches] = [await countOf(), await countOf('notification_batches')];
    const recipients = [
      { to: 'a@example.com' },
      { to: 'wrong' },
      { to: 'b@example.com', templateData: { title: [] } },
      { recipient_id: 'x' },
    ];
    const response = await post('send-bulk', { type: 'immediate', recipients });
    expect(pathsOf(response)).toEqual(['recipients.1.to', 'recipients.2.templateData.title']);
    expect(pathsOf(await post('send-bulk', { type: 'immediate', recipients: [{ recipient_id: 'x' }] }))).toEqual([
      'recipients.0.recipient_id',
    ]);
    expect(pathsOf(await post('send-bulk', { type: 'immediate', recipients: [] }))).toEqual(['recipients']);
    expect([await countOf(), await countOf('notification_batches')]).toEqual([before, batches]);
  });
});

describe('POST /admin/notifications/preview', () => {
  it('shows what a mail will look like', async () => {
    const preview = { type: 'order', templateData: { number: 7, lines: ['<b>', 'x'] } };
    const { body } = await supertest(app).post('/admin/notifications/preview').send(preview);
    expect(body).toMatchObject({
      subject: 'Order 7',
      html: expect.stringContaining('<p>&lt;b&gt;, x</p>'),
      text: expect.stringContaining('<b>, x'),
    });
    const wrong = await supertest(app)
      .post('/admin/notifications/preview')
      .send({ type: 'order', templateData: { number: 'x' } });
    expect(pathsOf(wrong)).toEqual(['templateData.lines', 'templateData.number']);
  });
});

describe('the service', () => {
  it('stores in the caller’s transaction: what is rolled back is never sent', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('BEGIN');
    const gone = await kit.notifier.send({ to: 'gone@example.com', type: 'immediate' }, { db: client });
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    const kept = await kit.notifier.send({ to: 'kept@example.com', type: 'immediate' }, { db: client });
    await client.query('COMMIT');
    await client.end();
    await kit.until(kept.id, 'sent');
    expect(await kit.row(gone.id)).toBeUndefined();
  });

  it('stores one for each unique key, within a call and over calls at once', async () => {
    const one = { to: 'once@example.com', type: 'immediate', uniqueKey: 'digest:1' };
    const [first, twin] = await kit.notifier.sendMany([one, one]);
    expect([first?.outcome, twin?.outcome]).toEqual(['queued', 'duplicate']);
    expect(twin?.id).toBe(first?.id);
    const calls = await Promise.all(
      Array.from({ length: 4 }, () => kit.notifier.send({ ...one, uniqueKey: 'digest:2' })),
    );
    expect(calls.filter(({ outcome }) => outcome === 'queued')).toHaveLength(1);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
  });

  it('prepares data in the delivery job; a step that fails leaves it as it was', async () => {
    kit.notifier.prepare('digest', ({ templateData }) => {
      if (templateData.title === 'broken') throw new Error('no summary');
      return { ...templateData, summary: 'In short' };
    });
    const send = (title: string) =>
      kit.notifier.send({ to: 'ada@example.com', type: 'digest', templateData: { title, items: [{ title: 'One' }] } });
    const [whole, broken] = [await send('whole'), await send('broken')];
    await kit.until(whole.id, 'sent');
    await kit.until(broken.id, 'sent');
    expect(mailOf(whole.id)?.text).toMatch(/In short[^]*One/);
    expect(mailOf(broken.id)?.text).not.toContain('In short');
    expect(() => kit.notifier.prepare('digest', () => ({}))).toThrow('prepared by another step');
  });
});

describe('enqueue_notification_job', () => {
  const call = async (...values: unknown[]): Promise<string> => {
    const sql = 'SELECT {schema}.enqueue_notification_job($1, $2, $3, $4, $5, $6, $7, $8)::text AS id';
    return ((await database.db.query(sql, values)).rows[0] as { id: string }).id;
  };

  it('stores a notification and its job, which is sent as any other', async () => {
    const content = { to: 'sql@example.com', subject: 'From SQL', body: 'Hello' };
    const id = await call(null, null, null, 'immediate', 'high', 'email', JSON.stringify(content), 0);
    expect(await kit.until(id, 'sent')).toMatchObject({ message_id: `<${id}@shop.example>`, priority: 1 });
    expect(mailOf(id)).toMatchObject({ subject: 'From SQL' });
  });

  it('waits for as long as it is told, and knows its recipient', async () => {
    const id = await call(await recipient('zoe'), null, null, 'system', 'normal', 'email', '{}', 5);
    expect(await kit.row(id)).toMatchObject({ status: 'pending', user_id: 'zoe' });
  });

  it.each([
    [[null, null, null, 'immediate', 'normal', 'email', '{}', 0], 'specify a recipient, or an address in content.to'],
    [[null, null, null, 'immediate', 'soon', 'email', '{"to":"a@b.c"}', 0], 'unknown priority'],
    [[null, null, null, 'immediate', 'normal', 'fax', '{"to":"a@b.c"}', 0], 'unknown delivery method'],
  ])('refuses %j', async (values, message) => {
    await expect(call(...values)).rejects.toThrow(message);
  });

  it('leaves what it cannot check to the delivery: a wrong address has failed, and sends nothing', async () => {
    const content = { to: 'a@example.com\r\nBcc: x@example.com', subject: 'Hi\r\nBcc: y@example.com' };
    const id = await call(null, null, null, 'immediate', 'normal', 'email', JSON.stringify(content), 0);
    expect(await kit.until(id, 'failed')).toMatchObject({ error: expect.stringContaining('must be a mail address') });
  });
});
