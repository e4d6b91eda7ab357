// Pages in the order of an index are those of sorting everything, however many rows are tied.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Narrowing } from '../../../../src/db/subscriptions/claim/narrowing.js';
import { orderOf, type SubscriptionSort } from '../../../../src/db/subscriptions/list/sorts.js';
import { listSorted, listSubscriptions, type SubscriptionPage } from '../../../../src/db/subscriptions/read/find.js';
import type { SubscriptionRow } from '../../../../src/db/subscriptions/read/subscription-row.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';

const now = new Date('2026-03-10T09:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO subscriptions (user_id, frequency, timezone, active, tenant_id)
     SELECT CASE WHEN n % 9 > 0 THEN 'u' || n % 20 END, 'daily', (ARRAY['UTC', 'Asia/Tokyo'])[1 + n % 2], n % 10 > 0,
            CASE WHEN n % 3 > 0 THEN 'acme' END
       FROM generate_series(1, 72) n`,
  );
  await pool.query(
    `UPDATE subscription_processing p SET last_run_at = made.at, consecutive_failures = n % 4, created_at = made.at,
       next_run_at = CASE WHEN n % 11 > 0 THEN timestamptz '2026-03-10 08:00:00.000123Z' + (n % 5) * interval '20 minutes' END
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS n,
               CASE WHEN row_number() OVER (ORDER BY id) % 8 > 0
                 THEN timestamptz '2026-03-09Z' + (row_number() OVER (ORDER BY id) % 6) * interval '1 second' END AS at
               FROM subscriptions) AS made WHERE made.id = p.subscription_id`,
  );
  await pool.query(`UPDATE subscriptions SET paused_until = '2027-01-01' WHERE user_id = 'u7'`);
});
afterAll(() => database.close());

async function pages(list: (page: Pick<SubscriptionPage, 'limit' | 'after'>) => Promise<SubscriptionRow[]>) {
  const seen: SubscriptionRow[] = [];
  for (let after: SubscriptionPage['after'] = null; ;) {
    const rows = await list({ limit: 9, after });
    seen.push(...rows.slice(0, 9));
    const last = rows[8];
    if (rows.length <= 9 || last === undefined) return seen.map(({ id, sort_key: key }) => [id, key]);
    after = { id: last.id, key: last.sort_key };
  }
}

const SORTS: readonly SubscriptionSort[] = [
  'next_run_at',
  'created_at',
  'last_run_at',
  'consecutive_failures',
  'user_id',
];

describe.each(SORTS.flatMap((sort): SubscriptionSort[] => [sort, `-${sort}` as SubscriptionSort]))(
  'sorted by %s',
  (sort) => {
    it.each<[string, Narrowing, { sortedTies: number; ids: number }]>([
      ['ties sorted', {}, { sortedTies: 1_000, ids: 1_000 }],
      ['ties by their ids', {}, { sortedTies: 0, ids: 1_000 }],
      ['ties by some of their ids, then sorted', {}, { sortedTies: 3, ids: 10 }],
      ['what is due', { dueAt: now }, { sortedTies: 3, ids: 30 }],
      ['what is not due', { notDueAt: now }, { sortedTies: 3, ids: 30 }],
      ['of a zone', { timezone: 'Asia/Tokyo' }, { sortedTies: 3, ids: 30 }],
      ['of a tenant', { tenantId: 'acme' }, { sortedTies: 3, ids: 30 }],
      ['of a tenant, due', { tenantId: 'acme', dueAt: now }, { sortedTies: 0, ids: 30 }],
      ['in a state', { status: 'pending', timezone: 'UTC' }, { sortedTies: 3, ids: 30 }],
    ])('%s', async (_what, narrowing, limits) => {
      const expected = await pages((page) => listSubscriptions(database.db, { ...page, narrowing, sort, now }));
      const order = orderOf(sort);
      const walked = await pages((page) =>
        listSorted(database.db, { ...page, narrowing, order, now, withRest: true, limits }),
      );
      expect(walked.length).toBeGreaterThan(5);
      expect(walked).toEqual(expected);
    });
  },
);

it('what runs is found among what has been due, also where it never had a next run', async () => {
  const { rows } = await database.pool.query<{ id: string }>(
    `WITH chosen AS (SELECT subscription_id AS id, row_number() OVER (ORDER BY subscription_id) AS n
                     FROM subscription_processing WHERE runnable ORDER BY 1 LIMIT 3)
     UPDATE subscription_processing p SET status = 'processing',
       next_run_at = CASE WHEN n < 3 THEN timestamptz '2026-03-10 08:30Z' END
       FROM chosen WHERE chosen.id = p.subscription_id RETURNING p.subscription_id::text AS id`,
  );
  const page = { narrowing: { status: 'processing' }, sort: 'id', limit: 10, after: null, now } as const;
  const found = await listSubscriptions(database.db, page);
  expect(found.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
});
