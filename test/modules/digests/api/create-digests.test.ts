// Digest schedules over HTTP: made, listed, changed and removed by their owners and by nobody else.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { apiOf, AT, migratedDatabase, type Api, type MigratedDatabase } from '../support.js';

let database: MigratedDatabase;
let as: (user: string) => Api;
const PATH = '/digest-schedules';
/** Recipients: 1 of u1, 2 of workspace w1, 3 of u1 in w1, 4 of nobody. */
const PEOPLE = [
  'CREATE TABLE recipients (id int PRIMARY KEY, user_id text, workspace_id text, timezone text)',
  `INSERT INTO recipients VALUES (1, 'u1', NULL, 'America/New_York'), (2, NULL, 'w1', NULL), (3, 'u1', 'w1', NULL), (4, NULL, NULL, NULL)`,
];

beforeAll(async () => {
  database = await migratedDatabase(PEOPLE);
  as = apiOf(database);
});
beforeEach(() => database.rows('DELETE FROM {schema}.digest_schedule_rows'));
afterAll(() => database.close());

const daily = { recipient_id: 1, group_id: 'g1' };
const errorsOf = (body: unknown) => (body as { errors: { path: string; message: string }[] }).errors;

describe('POST', () => {
  it('fills in what is not said, says when the first digest comes, and where it is found', async () => {
    const { status, body, headers } = await as('u1').post(PATH, daily);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      recipient_id: '1',
      group_id: 'g1',
      frequency: 'daily',
      delivery_time: '09:00',
      delivery_day: null,
      timezone: 'America/New_York',
      timezone_follows_recipient: true,
      is_active: true,
      max_updates_per_digest: 20,
      include_content_types: null,
      dst_gap: 'shift',
      dst_overlap: 'first',
      month_end: 'clamp',
      misfire: 'once',
      last_digest_sent: null,
      next_digest_scheduled: '2026-03-02T14:00:00.000Z',
      description: expect.stringContaining('every day at 09:00, New York time'),
    });
    const { id } = body as { id: string };
    expect(headers.location).toBe(`/api${PATH}/${id}`);
    expect((await as('u1').get(`${PATH}/${id}`)).body).toEqual(body);
  });

  it.each([
    [{ frequency: 'weekly', delivery_time: '23:59' }, '2026-03-03T04:59:00.000Z', 1],
    [{ frequency: 'weekly', delivery_day: 7, timezone: 'asia/kathmandu' }, '2026-03-08T03:15:00.000Z', 7],
    [{ frequency: 'monthly', delivery_day: 31, timezone: 'UTC' }, '2026-03-31T09:00:00.000Z', 31],
    [{ is_active: false }, null, null],
  ])('plans %j', async (fields, next, day) => {
    const { body } = await as('u1').post(PATH, { ...daily, ...fields });
    expect(body).toMatchObject({ next_digest_scheduled: next, delivery_day: day });
  });

  it.each([
    [{ frequency: 'hourly' }, 'frequency', 'must be one of daily, weekly, monthly'],
    [{ delivery_time: '9:00' }, 'delivery_time', 'must be a local time'],
    [{ delivery_day: 1 }, 'delivery_day', 'is for weekly and monthly digests'],
    [{ frequency: 'weekly', delivery_day: 8 }, 'delivery_day', 'from 1 to 7'],
    [{ frequency: 'monthly', delivery_day: 32 }, 'delivery_day', '31'],
    [{ timezone: 'Mars/Phobos' }, 'timezone', 'must be an IANA time zone name'],
    [{ max_updates_per_digest: 201 }, 'max_updates_per_digest', '200'],
    [{ include_content_types: [] }, 'include_content_types', ''],
    [{ next_digest_scheduled: '2026-03-03T00:00:00Z' }, 'next_digest_scheduled', ''],
    [{ group_id: undefined }, 'group_id', ''],
  ])('refuses %j with its path', async (fields, path, message) => {
    const { status, body } = await as('u1').post(PATH, { ...daily, ...fields });
    expect(status).toBe(400);
    const found = errorsOf(body).find((one) => one.path === path);
    expect(found?.message).toContain(message);
    expect(await database.rows('SELECT FROM {schema}.digest_schedule_rows')).toEqual([]);
  });

  it('is for own recipients: those of the user and the workspace, as far as each is set', async () => {
    const status = async (user: string, recipient_id: number) =>
      (await as(user).post(PATH, { ...daily, recipient_id })).status;
    expect([await status('u2', 1), await status('u2', 2), await status('u1', 3), await status('u1', 4)]).toEqual([
      ...[404, 404, 404, 404],
    ]);
    expect([await status('u1', 1), await status('u2@w1', 2), await status('u1@w1', 3)]).toEqual([201, 201, 201]);
  });

  it('refuses a second one of the same recipient, group and frequency, also at the same moment', async () => {
    const calls = Array.from({ length: 5 }, () => as('u1').post(PATH, daily));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409, 409, 409]);
    expect((await as('u1').post(PATH, { ...daily, frequency: 'weekly' })).status).toBe(201);
  });

  it('makes one for each idempotency key, however often it is sent', async () => {
    const key = { 'Idempotency-Key': 'k1' };
    const [first, second] = await Promise.all([as('u1').post(PATH, daily, key), as('u1').post(PATH, daily, key)]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((first.body as { id: string }).id).toBe((second.body as { id: string }).id);
    expect((await as('u1').post(PATH, { ...daily, group_id: 'g2' }, key)).status).toBe(422);
  });

  it('returns it for a repeated key after its frequency was changed, and says that it has been removed', async () => {
    const key = { 'Idempotency-Key': 'k2' };
    const { id } = (await as('u1').post(PATH, daily, key)).body as { id: string };
    await as('u1').patch(`${PATH}/${id}`, { frequency: 'weekly' });
    const other = (await as('u1').post(PATH, daily)).body as { id: string };
    expect(other.id).not.toBe(id);
    expect(await as('u1').post(PATH, daily, key)).toMatchObject({ status: 201, body: { id, frequency: 'weekly' } });
    await as('u1').remove(`${PATH}/${id}`);
    const gone = await as('u1').post(PATH, daily, key);
    expect(gone).toMatchObject({ status: 404, body: { detail: expect.stringContaining('has been removed since') } });
  });
});

describe('GET', () => {
  it('lists own ones, newest first, by filter and page by page', async () => {
    for (const group_id of ['a', 'b', 'c']) await as('u1').post(PATH, { ...daily, group_id });
    await as('u1').post(PATH, { ...daily, group_id: 'a', frequency: 'weekly', is_active: false });
    await as('u2@w1').post(PATH, { recipient_id: 2, group_id: 'a' });
    const groups = async (query: string, user = 'u1') => {
      const { body } = await as(user).get(`${PATH}?${query}`);
      const { items, next_cursor } = body as { items: { group_id: string; frequency: string }[]; next_cursor: string };
      return { groups: items.map((one) => `${one.group_id}${one.frequency[0]}`), next_cursor };
    };
    expect((await groups('')).groups).toEqual(['aw', 'cd', 'bd', 'ad']);
    expect((await groups('', 'u2@w1')).groups).toEqual(['ad']);
    expect((await groups('', 'u3')).groups).toEqual([]);
    expect((await groups('frequency=weekly')).groups).toEqual(['aw']);
    expect((await groups('is_active=true&group_id=a')).groups).toEqual(['ad']);
    expect((await groups('recipient_id=2')).groups).toEqual([]);
    const first = await groups('limit=3');
    expect(first.groups).toEqual(['aw', 'cd', 'bd']);
    expect(await groups(`limit=3&cursor=${first.next_cursor}`)).toEqual({ groups: ['ad'], next_cursor: null });
    for (const place of ['x', ['2026-13-99 00:00:00+00', '1'], ['2026-01-01 00:00:00+00', '\0']]) {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      expect((await as('u1').get(`${PATH}?cursor=${cursor}`)).status).toBe(400);
    }
  });

  it('does not show someone else’s', async () => {
    const { id } = (await as('u1').post(PATH, daily)).body as { id: string };
    for (const call of [
      as('u2').get(`${PATH}/${id}`),
      as('u2').patch(`${PATH}/${id}`, { is_active: false }),
      as('u2').remove(`${PATH}/${id}`),
      as('u1').get(`${PATH}/nonsense`),
    ]) {
      expect((await call).status).toBe(404);
    }
  });
});

describe('PATCH', () => {
  const change = async (before: object, patch: object) => {
    const { id } = (await as('u1').post(PATH, { ...daily, ...before })).body as { id: string };
    return (await as('u1').patch(`${PATH}/${id}`, patch)).body as Record<string, unknown>;
  };

  it.each([
    [
      {},
      { delivery_time: '18:30:15' },
      { delivery_time: '18:30:15', next_digest_scheduled: '2026-03-02T23:30:15.000Z' },
    ],
    [{ delivery_time: '10:00' }, { delivery_time: null }, { delivery_time: '09:00' }],
    [
      { timezone: 'Asia/Tokyo' },
      { timezone: null },
      { timezone: 'America/New_York', timezone_follows_recipient: true },
    ],
    [{}, { frequency: 'monthly' }, { delivery_day: 1, next_digest_scheduled: '2026-04-01T13:00:00.000Z' }],
    [{ frequency: 'monthly', delivery_day: 31 }, { frequency: 'weekly' }, { delivery_day: 1 }],
    [{ frequency: 'weekly', delivery_day: 3 }, { frequency: 'daily' }, { delivery_day: null }],
    [{ include_content_types: ['news'] }, { include_content_types: null }, { include_content_types: null }],
    [{}, { is_active: false }, { is_active: false, next_digest_scheduled: null }],
    [{ is_active: false }, { is_active: true }, { next_digest_scheduled: '2026-03-02T14:00:00.000Z' }],
  ])('turns %j by %j into %j', async (before, patch, after) => {
    expect(await change(before, patch)).toMatchObject(after);
  });

  it('refuses what does not fit together, and a frequency that is taken', async () => {
    expect(errorsOf(await change({ frequency: 'weekly' }, { delivery_day: 9 }))[0]?.path).toBe('delivery_day');
    expect(await change({}, {})).toMatchObject({ status: 400 });
    expect(await change({ group_id: 'g2' }, { recipient_id: 2 })).toMatchObject({ status: 400 });
    const taken = await as('u1').post(PATH, { ...daily, group_id: 'g3', frequency: 'weekly' });
    expect(taken.status).toBe(201);
    expect(await change({ group_id: 'g3' }, { frequency: 'weekly' })).toMatchObject({ status: 409 });
  });

  it('leaves a digest that is due already owed', async () => {
    const { id } = (await as('u1').post(PATH, daily)).body as { id: string };
    const due = new Date(AT.getTime() - 60_000);
    await database.rows('UPDATE {schema}.digest_schedule_rows SET next_digest_scheduled = $1', [due]);
    const { body } = await as('u1').patch(`${PATH}/${id}`, { timezone: 'Asia/Tokyo' });
    expect(body).toMatchObject({ timezone: 'Asia/Tokyo', next_digest_scheduled: due.toISOString() });
  });
});

it('DELETE removes one', async () => {
  const { id } = (await as('u1').post(PATH, daily)).body as { id: string };
  expect((await as('u1').remove(`${PATH}/${id}`)).status).toBe(204);
  expect((await as('u1').get(`${PATH}/${id}`)).status).toBe(404);
});
