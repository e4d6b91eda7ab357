// What operators see of everybody's notifications: the log, and each attempt with what the server said.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listNotifications } from '../../../../src/modules/notifications/db/notification-log.js';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
const idOf = (n: number): string => `0190a0a0-0000-7000-8000-${String(n).padStart(12, '0')}`;

beforeAll(async () => {
  app = await startPeopleApp();
  await app.sql(`
    INSERT INTO {schema}.notifications (id, notification_type, category, user_id, recipient_id, to_address, subject, template_data, status, transport, response, error)
    SELECT ('0190a0a0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'immediate', 'immediate', 'u' || n % 2, 'r' || n % 3,
      'Person' || n || '@example.com', 'the subject', '{"secret": "said in confidence"}',
      CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'sent' END, 'smtp', CASE WHEN n % 5 = 0 THEN '550 no such user' ELSE '250 OK' END,
      CASE WHEN n % 5 = 0 THEN 'SMTP_550' END
    FROM generate_series(1, 20) n`);
  await app.sql(
    `INSERT INTO {schema}.notification_log (notification_id, attempt, status, transport, response_code, response)
     SELECT $1, n, CASE WHEN n = 2 THEN 'failed' ELSE 'deferred' END, 'smtp', CASE WHEN n = 2 THEN 550 ELSE 451 END, 'answer ' || n
     FROM generate_series(1, 2) n`,
    [idOf(5)],
  );
});
afterAll(() => app.close());

const idsOf = (body: Record<string, unknown>): string[] => (body['items'] as { id: string }[]).map(({ id }) => id);
const list = async (query: string) => app.admin('GET', `/notifications?${query}`);

describe('the log of notifications', () => {
  it('comes page by page, newest first, without what was in the mails', async () => {
    const first = await list('limit=12');
    expect(idsOf(first.body)).toEqual(Array.from({ length: 12 }, (_, n) => idOf(20 - n)));
    const second = await list(`limit=12&cursor=${String(first.body['next_cursor'])}`);
    expect(idsOf(second.body)).toEqual(Array.from({ length: 8 }, (_, n) => idOf(8 - n)));
    expect(second.body['next_cursor']).toBeNull();
    expect(first.text).not.toMatch(/confidence|the subject|looked_at/);
  });

  it('is narrowed by address in any case, by recipient, status and transport', async () => {
    expect(idsOf((await list('address=PERSON7@Example.com')).body)).toEqual([idOf(7)]);
    expect(idsOf((await list('recipient_id=r0&status=failed')).body)).toEqual([idOf(15)]);
    expect(idsOf((await list('status=failed')).body)).toEqual([20, 15, 10, 5].map(idOf));
    expect(idsOf((await list('transport=pigeon')).body)).toEqual([]);
    expect((await list('status=failed')).body['items']).toContainEqual(
      expect.objectContaining({ address: 'Person5@example.com', response: '550 no such user', error: 'SMTP_550' }),
    );
  });

  it('examines a limited number for a page, and continues from there', async () => {
    const pages: string[][] = [];
    let before: string | null = null;
    do {
      const page = await listNotifications(app.database.db, { status: 'failed' }, { limit: 10, before, lookedAt: 7 });
      pages.push(page.rows.map(({ id }) => id));
      before = page.next;
    } while (before !== null);
    expect(pages).toEqual([[idOf(20), idOf(15)], [idOf(10)], [idOf(5)]]);
  });

  it('has each attempt of one, oldest first', async () => {
    const { body } = await app.admin('GET', `/notifications/${idOf(5)}/attempts`);
    expect(body['items']).toMatchObject([
      { attempt: 1, status: 'deferred', response_code: 451, response: 'answer 1' },
      { attempt: 2, status: 'failed', response_code: 550, response: 'answer 2' },
    ]);
    expect((await app.admin('GET', `/notifications/${idOf(6)}/attempts`)).body['items']).toEqual([]);
    expect(await app.admin('GET', `/notifications/${idOf(99)}/attempts`)).toMatchObject({
      status: 404,
      body: { code: 'NOTIFICATION_NOT_FOUND' },
    });
  });

  it('has one of them, and whom it is about', async () => {
    const { body } = await app.admin('GET', `/notifications/${idOf(5)}`);
    expect(body).toMatchObject({ id: idOf(5), address: 'Person5@example.com', status: 'failed' });
    expect(body).not.toHaveProperty('template_data');
    expect((await app.admin('GET', `/notifications/${idOf(99)}`)).status).toBe(404);
  });

  it.each([
    ['status=lost', 'status'],
    ['cursor=7', 'cursor'],
    ['subject=x', 'subject'],
  ])('refuses %s', async (query, path) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});

describe('transports and templates', () => {
  it('are listed, with what each transport sent and failed to send within a day', async () => {
    await app.sql(
      `UPDATE {schema}.notifications SET transport = 'test', processed_at = now() - interval '1 hour' * right(id::text, 2)::int * 2`,
    );
    const { body } = await app.admin('GET', '/notifications/transports');
    // of twenty, one every two hours, each fifth of which failed, eleven ended within the day
    expect(body['items']).toEqual([
      expect.objectContaining({
        ...{ name: 'test', delivery_method: 'email', circuit_breaker: 'closed' },
        ...{ sent_24h: 9, failed_24h: 2, counts_capped: false },
      }),
    ]);
  });

  it('say what can be switched off', async () => {
    const { body } = await app.admin('GET', '/notifications/templates');
    expect(body['items']).toEqual(
      expect.arrayContaining([
        { type: 'immediate', category: 'immediate', critical: false, has_schema: true },
        { type: 'dunning', category: 'dunning', critical: true, has_schema: true },
      ]),
    );
  });
});
