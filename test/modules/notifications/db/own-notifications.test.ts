// Lists of an owner with very many notifications: each page examines a limited number of them, and all are found page by page.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => void (app = await startPeopleApp()));
afterAll(() => app.close());

const idOf = (n: number): string => `0190a0a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const get = (path: string, as: string) => app.call('GET', path, undefined, { as });
const ids = (body: Record<string, unknown>): string[] => (body['items'] as { id: string }[]).map(({ id }) => id);

describe('the list of a user with very many', () => {
  const user = 'big';
  const [many, oldest] = [50_100, 1_000_000];
  beforeAll(async () => {
    await app.sql(`INSERT INTO {schema}.jobs (id, type, user_id, run_at) VALUES ($1, 'note', $2, now())`, [
      idOf(oldest + 1),
      user,
    ]);
    await app.sql(
      `INSERT INTO {schema}.notifications (id, notification_type, category, user_id, status)
       SELECT ('0190a0a0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, CASE WHEN n < $1::int + 4 THEN 'digest' ELSE 'immediate' END,
         'immediate', $3, CASE WHEN n = $1::int + 3 THEN 'failed' ELSE 'sent' END
       FROM generate_series($1::int + 2, $1::int + $2::int) n`,
      [oldest, many, user],
    );
    // the jobs of notifications count as examined in the list of other jobs
    await app.sql(
      `INSERT INTO {schema}.jobs (id, type, payload, user_id, status, completed_at)
       SELECT n.id, 'notification.email', '{}', n.user_id, 'completed', now() FROM {schema}.notifications n
       WHERE n.user_id = $1 ORDER BY n.id DESC LIMIT 25000`,
      [user],
    );
  });

  const pagesOf = async (query: string): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await get(`/jobs?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`, user);
      expect([status, body['truncated']]).toEqual([200, false]);
      pages.push(ids(body));
      cursor = body['next_cursor'] as string | null;
    }
    return pages;
  };

  it('goes on at the next page where a page has found nothing', async () => {
    const digests = [idOf(oldest + 3), idOf(oldest + 2)];
    expect(await pagesOf('notification_type=digest')).toEqual([[], [], digests]);
    expect(await pagesOf('notification_type=digest&sort=created_at')).toEqual([[...digests].reverse(), [], []]);
    expect(await pagesOf('type=note')).toEqual([[], [idOf(oldest + 1)]]);
  });

  it('finds what failed, or is of one group, at once', async () => {
    const failed = idOf(oldest + 3);
    expect((await pagesOf('type=notification.email&status=failed')).flat()).toEqual([failed]);
    await app.sql(`UPDATE {schema}.notifications SET group_id = 'few' WHERE id = $1`, [failed]);
    expect(await pagesOf('type=notification.email&group_id=few')).toEqual([[failed]]);
    expect(await pagesOf('type=notification.email&status=failed')).toEqual([[failed]]);
    expect((await get('/jobs/metrics?hours=720', user)).body).toMatchObject({
      recent_failures: [{ id: failed }],
      summary: { total_jobs: 10_000, total_capped: true },
    });
  });

  it('comes whole in the order of creation, and says that only the newest are sorted in another', async () => {
    const { body } = await get('/jobs?limit=200', user);
    expect(ids(body)).toEqual(Array.from({ length: 200 }, (_, n) => idOf(oldest + many - n)));
    expect((await get('/jobs?sort=scheduled_for&limit=2', user)).body).toMatchObject({ truncated: true });
    expect((await get('/jobs?sort=scheduled_for&type=note', user)).body).toMatchObject({ truncated: false });
  });
});
