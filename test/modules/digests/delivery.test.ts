// A digest on its way: previewed over HTTP, summarised by its delivery job.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { createScheduler, type Scheduler } from '../../../src/index.js';
import { digests, type DigestsOptions } from '../../../src/modules/digests/index.js';
import { notifications, type OutgoingMessage, type Transport } from '../../../src/modules/notifications/index.js';
import { createModulesApi } from '../../../src/routes/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';

let database: TestDatabase;
let scheduler: Scheduler | undefined;
let model: RunningServer;
let reply: string;
let mails: OutgoingMessage[] = [];

const transport: Transport = {
  name: 'test',
  method: 'email',
  send: async (message) => {
    mails.push(message);
    const nothing = { code: 250, response: 'ok', error: null, unknownAddress: false, retryAfterMs: null };
    return { kind: 'accepted', serverTrouble: false, ...nothing };
  },
  close: async () => {},
};

beforeAll(async () => {
  database = await createEmptyDatabase();
  model = await startServer((_request, response) => void response.end(reply));
});
afterEach(async () => {
  await scheduler?.stop({ graceMs: 2_000 });
  await database.db.query(
    'TRUNCATE {schema}.digest_schedules, {schema}.updates, {schema}.recipients, {schema}.notifications CASCADE',
  );
  mails = [];
});
afterAll(async () => {
  await model.close();
  await database.close();
});

const start = async (options: DigestsOptions = {}): Promise<void> => {
  const modules = [notifications({ from: 'shop@example.com', transport }), digests(options)];
  scheduler = createScheduler({
    pool: database.pool,
    subscriptions: false,
    heartbeatS: 0.2,
    tick: '* * * * * *',
    modules,
  });
  await scheduler.start();
};
const sql = async <R>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await database.db.query(text, values)).rows as never[];
/** Due at `next`; returns its id. */
async function schedule(next: string): Promise<string> {
  await sql(
    `INSERT INTO {schema}.recipients (user_id, email, timezone) VALUES ('u1', 'ada@example.com', 'America/New_York')`,
  );
  await sql(
    `INSERT INTO {schema}.updates (group_id, title, body, created_at) VALUES ('g', 'Version <2>', 'It is out.', now() - interval '1 minute')`,
  );
  const [row] = await sql<{ id: string }>(
    `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, next_digest_scheduled)
     SELECT id::text, 'g', NULL, ${next} FROM {schema}.recipients RETURNING id::text`,
  );
  return (row as { id: string }).id;
}

describe('a digest', () => {
  it('is previewed with its time and its mail, and nothing is stored', async () => {
    await start({ linkOf: ({ id }) => `https://app.example/${id}` });
    const id = await schedule(`now() + interval '1 hour'`);
    const app = express().use(
      '/api',
      createModulesApi(scheduler as Scheduler, {
        authenticateUser: (request) => {
          const userId = request.get('authorization') ?? '';
          return { name: userId, userId, workspaceId: null };
        },
      }).router,
    );
    const preview = (user: string) =>
      supertest(app).post(`/api/digest-schedules/${id}/preview`).set('authorization', user);
    const { status, body } = await preview('u1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ would_send: true, reason: null, updates: 1, more: 0 });
    const { mail, scheduled_for } = body as { mail: Record<string, string>; scheduled_for: string };
    expect(Date.parse(scheduled_for)).toBeGreaterThan(0);
    expect(mail.subject).toBe('Your daily digest: 1 update');
    expect(mail.html).toContain('Version &lt;2&gt;');
    expect(mail.html).toContain('https://app.example/');
    expect(mail.text).toContain('It is out.');
    expect(await sql('SELECT FROM {schema}.notifications')).toEqual([]);
    expect((await preview('u2')).status).toBe(404);
    await sql('DELETE FROM {schema}.updates');
    expect((await preview('u1')).body).toMatchObject({ would_send: false, reason: 'no updates', mail: null });
  });

  it.each([
    ['a summary', JSON.stringify({ choices: [{ message: { content: 'Version 2 is out.' } }] }), true],
    ['HTML', '<html>Version 2 is out.</html>', false],
  ])('is sent whatever the summary endpoint returns: %s', async (_what, returned, summarised) => {
    reply = returned;
    await start({ summary: { url: model.url } });
    await schedule('now()');
    await waitFor(() => mails.length > 0, { what: 'the mail' });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to.address).toBe('ada@example.com');
    expect(mails[0]?.text.includes('Version 2 is out.')).toBe(summarised);
    expect(mails[0]?.text).toContain('It is out.');
  });

  it('that is planned into quiet hours waits for their end', async () => {
    await start();
    const hour = new Date().getUTCHours();
    const clock = (hours: number): string => `${String(hours % 24).padStart(2, '0')}:00`;
    await sql(
      `INSERT INTO {schema}.recipients (user_id, email, timezone, quiet_hours) VALUES ('u1', 'ada@example.com', 'UTC', $1)`,
      [JSON.stringify({ daily: [[clock(hour), clock(hour + 2)]] })],
    );
    await sql(`INSERT INTO {schema}.updates (group_id, title) VALUES ('g', 'Version 2')`);
    await sql(
      `INSERT INTO {schema}.digest_schedules (recipient_id, group_id, timezone, next_digest_scheduled)
       SELECT id::text, 'g', 'UTC', now() FROM {schema}.recipients`,
    );
    const delayed = `SELECT FROM {schema}.notification_log WHERE status = 'delayed'`;
    await waitFor(async () => (await sql(delayed)).length > 0, { what: 'it is put off' });
    expect(mails).toEqual([]);
  });
});
