// What a digest tells: the updates that are new to it, in what order, up to how many, and by what plan of the database.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COLLECT, collectDigests, type CollectedDigest } from '../../../../src/modules/digests/db/collect-digests.js';
import { recordDigests } from '../../../../src/modules/digests/db/record-digests.js';
import { migratedDatabase, type MigratedDatabase } from '../support.js';

let database: MigratedDatabase;
const NOON = new Date('2026-03-02T12:00:00Z');
const at = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

beforeAll(async () => {
  database = await migratedDatabase([
    'CREATE TABLE recipients (id int PRIMARY KEY, muted_until timestamptz)',
    `INSERT INTO recipients VALUES (1, NULL), (2, 'infinity'), (3, '2026-03-02T11:00:00Z')`,
  ]);
});
beforeEach(async () => {
  await database.rows('TRUNCATE {schema}.digest_schedules, {schema}.updates');
});
afterAll(() => database.close());

const schedule = async (values: Record<string, unknown> = {}): Promise<string> => {
  const names = Object.keys({ recipient_id: 1, group_id: 1, ...values });
  const [row] = await database.rows<{ id: string }>(
    `INSERT INTO {schema}.digest_schedules (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')}) RETURNING id`,
    Object.values({ recipient_id: '1', group_id: 'g', ...values }),
  );
  return (row as { id: string }).id;
};
const update = (title: string, created: Date, more: { group?: string; type?: string } = {}) =>
  database.rows(`INSERT INTO {schema}.updates (group_id, content_type, title, created_at) VALUES ($1, $2, $3, $4)`, [
    more.group ?? 'g',
    more.type ?? 'post',
    title,
    created,
  ]);
const collect = async (key: string, now = NOON, next: Date | null = null): Promise<CollectedDigest> => {
  const found = await collectDigests(database.db, [{ key, scheduledFor: NOON, next }], now);
  return found.get(key) as CollectedDigest;
};
const titles = async (key: string, now = NOON, next: Date | null = null) =>
  (await collect(key, now, next)).updates.map(({ title }) => title);

describe('updates of a digest', () => {
  it.each([
    ['daily', 24 * 60],
    ['weekly', 7 * 24 * 60],
    ['monthly', 31 * 24 * 60],
  ])('are those of the period before the first %s one', async (frequency, minutes) => {
    await update('before', at(-minutes - 1));
    await update('in', at(-minutes + 1));
    await update('later', at(1));
    expect(await titles(await schedule({ frequency }))).toEqual(['in']);
  });

  it('are those since the last one that was sent, of the group and the wanted types, newest first', async () => {
    await update('told', at(-61));
    await update('old', at(-59));
    await update('new', at(-1));
    await update('other group', at(-1), { group: 'h' });
    await update('other type', at(-1), { type: 'comment' });
    const last_digest_sent = at(-60);
    expect(await titles(await schedule({ last_digest_sent, include_content_types: ['post'] }))).toEqual(['new', 'old']);
    expect(
      await titles(await schedule({ last_digest_sent, include_content_types: [], frequency: 'weekly' })),
    ).toHaveLength(3);
  });

  it('end at the next occurrence, which tells the rest', async () => {
    await update('mine', at(5));
    await update('the next one’s', at(15));
    expect(await titles(await schedule(), at(20), at(10))).toEqual(['mine']);
  });

  it('are shown up to the maximum, and counted beyond it', async () => {
    for (let n = 1; n <= 5; n += 1) await update(`u${n}`, at(-n));
    const key = await schedule({ max_updates_per_digest: 2 });
    expect(await collect(key)).toMatchObject({ total: 5, updates: [{ title: 'u1' }, { title: 'u2' }] });
    await database.rows(
      `INSERT INTO {schema}.updates (group_id, created_at) SELECT 'g', $1::timestamptz - n * interval '1 second' FROM generate_series(1, 2000) n`,
      [NOON],
    );
    expect((await collect(key)).total).toBe(1_001);
  });

  it('that were committed late are told by the next one, and none is told twice', async () => {
    const key = await schedule();
    await update('early', at(-1));
    const first = await collect(key);
    await recordDigests(database.db, [{ key, until: first.until, recent: first.recent }]);
    await update('committed late', at(-2));
    await update('long before', at(-10));
    await update('new', at(1));
    expect(await titles(key, at(2))).toEqual(['new', 'committed late']);
  });

  it('are told again from where SQL of the host says', async () => {
    const key = await schedule();
    await update('early', at(-1));
    const first = await collect(key);
    await recordDigests(database.db, [{ key, until: first.until, recent: first.recent }]);
    await database.rows('UPDATE {schema}.digest_schedules SET last_digest_sent = $1', [at(-3)]);
    expect(await titles(key)).toEqual(['early']);
  });
});

describe('recipients', () => {
  it.each([
    ['1', { has_recipient: true, muted: false, total: 1 }],
    ['2', { has_recipient: true, muted: true, total: 0 }],
    ['3', { has_recipient: true, muted: false, total: 1 }],
    ['99', { has_recipient: false, muted: false, total: 0 }],
    ['not an id', { has_recipient: false, muted: false, total: 0 }],
  ])('decide whether there is anything to tell: %s', async (recipient_id, expected) => {
    await update('new', at(-1));
    expect(await collect(await schedule({ recipient_id }))).toMatchObject(expected);
  });
});

it('reads only the updates of the groups it is about', async () => {
  await database.rows(
    `INSERT INTO {schema}.updates (group_id, title, created_at)
     SELECT 'g' || n % 1000, 'x', $1::timestamptz - n * interval '1 second' FROM generate_series(1, 100000) n`,
    [NOON],
  );
  await database.rows(
    `INSERT INTO {schema}.digest_schedules (recipient_id, group_id) SELECT '1', 'g' || n FROM generate_series(1, 500) n`,
  );
  await database.rows('ANALYZE {schema}.updates');
  const keys = (await database.rows<{ id: string }>('SELECT id FROM {schema}.digest_schedules')).map(({ id }) => id);
  const values = [keys, keys.map(() => NOON.toISOString()), keys.map(() => null), NOON.toISOString()];
  const plan = (await database.rows(`EXPLAIN (ANALYZE, FORMAT JSON) ${COLLECT}`, values)) as [
    { 'QUERY PLAN': unknown },
  ];
  const text = JSON.stringify(plan[0]['QUERY PLAN']);
  expect(text).toContain('updates_group_created');
  expect(text).not.toMatch(/"Node Type":"Seq Scan"[^}]*"Relation Name":"updates"/);
});
