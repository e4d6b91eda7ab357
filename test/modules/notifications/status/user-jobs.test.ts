// What users see under /api/jobs: notifications in their own shape beside jobs of other types, own ones only.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => {
  app = await startPeopleApp();
  await app.sql(
    `INSERT INTO {schema}.recipients (id, name, relationship) VALUES ('00000000-0000-4000-8000-00000000000a', 'Grandma', 'family')`,
  );
});
afterAll(() => app.close());

const idOf = (n: number): string => `0190a0a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
interface Given {
  readonly user?: string | null;
  readonly workspace?: string | null;
  readonly [column: string]: unknown;
}
async function notification(n: number, { user = 'ada', workspace = null, ...columns }: Given = {}): Promise<string> {
  const row = {
    id: idOf(n),
    notification_type: 'immediate',
    category: 'immediate',
    user_id: user,
    workspace_id: workspace,
    ...columns,
  };
  const names = Object.keys(row);
  await app.sql(
    `INSERT INTO {schema}.notifications (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  );
  return row.id;
}
/** A job of another type, as old as its id says. */
const plainJob = (n: number, user: string, status = 'pending') =>
  app.sql(
    `INSERT INTO {schema}.jobs (id, type, payload, status, user_id, run_at, created_at) VALUES ($1, 'note', '{}', $2, $3, now(), now())`,
    [idOf(n), status, user],
  );
const get = async (path: string, as = 'ada') => app.call('GET', path, undefined, { as });
const ids = (body: Record<string, unknown>): string[] => (body['items'] as { id: string }[]).map(({ id }) => id);

describe('one notification', () => {
  it('comes in its own shape, with its recipient and its log', async () => {
    const id = await notification(1, {
      ...{ status: 'sent', attempts: 2, message_id: '<m@shop.example>', processing_ms: 40, priority: 1 },
      ...{ recipient_id: '00000000-0000-4000-8000-00000000000a', group_id: 'g', processed_at: '2026-06-03T12:00:01Z' },
      ...{ scheduled_for: '2026-06-03T12:00:00Z', created_at: '2026-06-03T11:00:00Z' },
    });
    await app.sql(
      `INSERT INTO {schema}.notification_log (notification_id, at, attempt, status, transport, response_code, response)
       VALUES ($1, '2026-06-03T12:00:00Z', 1, 'deferred', 'smtp', 451, 'later'), ($1, '2026-06-03T12:00:01Z', 2, 'sent', 'smtp', 250, 'OK')`,
      [id],
    );
    const { status, body } = await get(`/jobs/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      job: {
        ...{ id, type: 'notification.email', status: 'sent', delivery_method: 'email', notification_type: 'immediate' },
        ...{
          category: 'immediate',
          priority: 'high',
          processing_time_ms: 40,
          time_until_scheduled_ms: 0,
          retry_count: 1,
        },
        ...{ scheduled_for: '2026-06-03T12:00:00.000Z', processed_at: '2026-06-03T12:00:01.000Z' },
        ...{ created_at: '2026-06-03T11:00:00.000Z', message_id: '<m@shop.example>', error: null },
        ...{ recipient_id: '00000000-0000-4000-8000-00000000000a', group_id: 'g', update_id: null, batch_id: null },
      },
      recipient: { id: '00000000-0000-4000-8000-00000000000a', name: 'Grandma', relationship: 'family' },
      delivery_logs: [
        {
          at: '2026-06-03T12:00:00.000Z',
          attempt: 1,
          status: 'deferred',
          transport: 'smtp',
          response_code: 451,
          response: 'later',
          error: null,
        },
        {
          at: '2026-06-03T12:00:01.000Z',
          attempt: 2,
          status: 'sent',
          transport: 'smtp',
          response_code: 250,
          response: 'OK',
          error: null,
        },
      ],
    });
  });

  it('says how long until it is due, and that it is in work', async () => {
    const later = await notification(2, { scheduled_for: new Date(Date.now() + 3_600_000) });
    const { job } = (await get(`/jobs/${later}`)).body as { job: { time_until_scheduled_ms: number; status: string } };
    expect(job.status).toBe('pending');
    expect(job.time_until_scheduled_ms).toBeGreaterThan(3_500_000);
    await app.sql(
      `INSERT INTO {schema}.job_claims (token, instance_id, job_ids) VALUES (gen_random_uuid(), gen_random_uuid(), ARRAY[$1::uuid])`,
      [later],
    );
    expect((await get(`/jobs/${later}`)).body).toMatchObject({
      job: { status: 'processing' },
      recipient: null,
      delivery_logs: [],
    });
    expect(ids((await get('/jobs?status=processing')).body)).toEqual([later]);
    expect(ids((await get('/jobs?status=pending')).body)).toEqual([]);
    await app.sql('DELETE FROM {schema}.job_claims');
  });

  it('is not there for others', async () => {
    const id = await notification(3, { user: 'eve' });
    const team = await notification(4, { user: 'ada', workspace: 'acme' });
    for (const [path, as] of [
      [`/jobs/${id}`, 'ada'],
      [`/jobs/${team}`, 'ada'],
      [`/jobs/${team}`, 'ada/initech'],
      [`/jobs/${id}`, 'eve/acme/x'],
    ] as const) {
      const seen = await get(path, as);
      expect([path, as, seen.status]).toEqual([path, as, as.startsWith('eve') ? 200 : 404]);
    }
    expect((await get(`/jobs/${team}`, 'bob/acme')).status).toBe(200);
    expect((await app.call('DELETE', `/jobs/${id}`, undefined, { as: 'ada' })).status).toBe(404);
    expect((await app.call('GET', `/jobs/${id}`)).status).toBe(401);
    await app.sql('DELETE FROM {schema}.notifications');
  });
});

describe('the list', () => {
  const user = 'lin';
  const all = Array.from({ length: 12 }, (_, n) => idOf(100 + n));
  beforeAll(async () => {
    for (let n = 0; n < 12; n++) {
      if (n % 3 === 2) await plainJob(100 + n, user, n === 11 ? 'completed' : 'pending');
      else
        await notification(100 + n, {
          user,
          status: (['sent', 'failed', 'pending', 'cancelled'] as const)[n % 4],
          delivery_method: n % 2 ? 'sms' : 'email',
          scheduled_for: new Date(Date.UTC(2026, 0, 1) + ((n * 7) % 12) * 60_000),
          processed_at: n % 4 === 2 ? null : new Date(Date.UTC(2026, 1, 1) + ((n * 5) % 12) * 1_000),
          group_id: n < 6 ? 'first' : 'second',
        });
    }
    await notification(200, { user: 'eve' });
  });

  const pageThrough = async (query: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await get(`/jobs?${query}&limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`, user);
      expect(status).toBe(200);
      seen.push(...ids(body));
      cursor = body['next_cursor'] as string | null;
    }
    return seen;
  };

  it('holds notifications and other jobs, newest first', async () => {
    expect(await pageThrough('sort=-created_at')).toEqual([...all].reverse());
    expect(await pageThrough('sort=created_at')).toEqual(all);
    const { body } = await get('/jobs?limit=2', user);
    expect(body['items']).toMatchObject([
      { type: 'note', status: 'completed', payload: {} },
      { type: 'notification.email', status: 'pending' },
    ]);
  });

  it.each(['scheduled_for', 'processed_at', 'status'])(
    'comes sorted by %s, each job once, over pages and by offset',
    async (sort) => {
      const key = (job: Record<string, unknown>): string =>
        String(sort === 'processed_at' ? (job['processed_at'] ?? job['completed_at'] ?? '') : job[sort]);
      for (const direction of ['', '-']) {
        const { body } = await get(`/jobs?sort=${direction}${sort}&limit=50`, user);
        const items = body['items'] as Record<string, unknown>[];
        const timed = items.map(key).filter((one) => one !== '');
        expect(timed).toEqual([...timed].sort((a, b) => (direction === '-' ? -1 : 1) * (a < b ? -1 : Number(a > b))));
        expect(items.slice(timed.length).map(key).join('')).toBe('');
        expect(new Set(ids(body))).toEqual(new Set(all));
        expect(await pageThrough(`sort=${direction}${sort}`)).toEqual(ids(body));
        expect(ids((await get(`/jobs?sort=${direction}${sort}&limit=5&offset=4`, user)).body)).toEqual(
          ids(body).slice(4, 9),
        );
      }
    },
  );

  it.each([
    ['status=sent', [0, 4]],
    ['status=sent,failed', [0, 1, 4, 9]],
    ['status=completed', [11]],
    ['status=cancelled', [3, 7]],
    ['type=note', [2, 5, 8, 11]],
    ['type=notification.sms', [1, 3, 7, 9]],
    ['delivery_method=sms', [1, 3, 7, 9]],
    ['group_id=first', [0, 1, 3, 4]],
    ['group_id=first&delivery_method=email&status=sent', [0, 4]],
    ['notification_type=digest', []],
    ['recipient_id=x', []],
  ])('is filtered by %s', async (query, expected) => {
    expect(await pageThrough(query)).toEqual(expected.map((n) => all[n]).reverse());
  });

  it.each([
    ['sort=priority', 'sort'],
    ['sort=status;drop', 'sort'],
    ['status=done', 'status.0'],
    ['offset=10001', 'offset'],
    ['offset=-1', 'offset'],
    ['limit=201', 'limit'],
    ['cursor=xyz', 'cursor'],
    [`cursor=${Buffer.from('["-created_at","","\'x"]').toString('base64url')}`, 'cursor'],
    ['page=2', 'page'],
  ])('refuses %s', async (query, path) => {
    expect(await get(`/jobs?${query}`)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it('refuses a cursor of another order, and one beside an offset', async () => {
    const cursor = (await get('/jobs?limit=1', user)).body['next_cursor'] as string;
    expect((await get(`/jobs?sort=status&cursor=${cursor}`, user)).status).toBe(400);
    expect((await get(`/jobs?offset=1&cursor=${cursor}`, user)).status).toBe(400);
  });
});

describe('the counts', () => {
  it('add up notifications and other jobs', async () => {
    const user = 'max';
    await notification(301, { user, status: 'sent', processing_ms: 100, processed_at: new Date() });
    await notification(302, {
      user,
      status: 'sent',
      processing_ms: 200,
      processed_at: new Date(),
      delivery_method: 'sms',
    });
    await notification(303, { user, status: 'failed', processed_at: new Date(), error: '550 no' });
    await notification(304, { user, scheduled_for: new Date(Date.now() - 600_000) });
    await notification(305, { user, status: 'sent', created_at: new Date(Date.now() - 50 * 3_600_000) });
    await plainJob(306, user);
    const { status, body } = await get('/jobs/metrics?hours=24', user);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      summary: { total_jobs: 5, success_rate_percent: 66.7, avg_processing_time_ms: 150, overdue_jobs: 1 },
      status_counts: { sent: 2, failed: 1, pending: 2 },
      delivery_methods: { email: 3, sms: 1 },
      recent_failures: [{ id: idOf(303), error: '550 no' }],
      queue_health: { waiting: 2, active: 0, completed: 2, failed: 1, circuit_breaker: 'closed' },
    });
    expect((await get('/jobs/metrics', 'nobody')).body).toMatchObject({
      summary: { total_jobs: 0, success_rate_percent: null, avg_processing_time_ms: null },
      recent_failures: [],
    });
    expect((await get('/jobs/metrics?hours=0', user)).status).toBe(400);
  });
});

describe('cancelling', () => {
  it('is refused for what has ended, though its job is gone', async () => {
    for (const status of ['sent', 'failed', 'cancelled']) {
      const id = await notification(400 + status.length, { status });
      const answer = await app.call('DELETE', `/jobs/${id}`, undefined, { as: 'ada' });
      expect(answer).toMatchObject({ status: 409, body: { code: 'JOB_NOT_PENDING' } });
    }
  });
});
