// Users set what their own recipients want, and nobody else's.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => void (app = await startPeopleApp()));
afterAll(() => app.close());

const recipient = async (owner: { user_id?: string; workspace_id?: string }): Promise<string> => {
  const [row] = await app.sql<{ id: string }>(
    `INSERT INTO {schema}.recipients (user_id, workspace_id, email) VALUES ($1, $2, 'r@example.com') RETURNING id`,
    [owner.user_id ?? null, owner.workspace_id ?? null],
  );
  return row!.id;
};
const path = (id: string): string => `/recipients/${id}/preferences`;
const put = (id: string, body: unknown, as = 'ada') => app.call('PUT', path(id), body, { as });

describe('preferences of a recipient', () => {
  it('are changed field by field', async () => {
    const id = await recipient({ user_id: 'ada' });
    const quiet = { daily: [['22:00', '07:00']] };
    const first = await put(id, {
      quiet_hours: quiet,
      timezone: 'europe/berlin',
      categories: { digest: { email: false } },
    });
    expect(first).toMatchObject({
      status: 200,
      body: { recipient_id: id, quiet_hours: quiet, timezone: 'Europe/Berlin', muted_until: null },
    });
    const second = await put(id, {
      muted_until: '2030-01-01T02:00:00+02:00',
      categories: { digest: { sms: true }, '2fa': { email: false } },
    });
    const expected = {
      recipient_id: id,
      quiet_hours: quiet,
      timezone: 'Europe/Berlin',
      muted_until: '2030-01-01T00:00:00.000Z',
      categories: { digest: { email: false, sms: true }, '2fa': { email: false } },
    };
    expect(second.body).toEqual(expected);
    expect((await app.call('GET', path(id), undefined, { as: 'ada' })).body).toEqual(expected);
    const third = await put(id, { quiet_hours: null, muted_until: null, timezone: null });
    expect(third.body).toMatchObject({ quiet_hours: null, muted_until: null, timezone: null });
  });

  it('leave alone what a host keeps beside them', async () => {
    const id = await recipient({ user_id: 'ada' });
    await app.sql(
      `UPDATE {schema}.recipients SET preferences = '{"theme": "dark", "categories": "odd"}' WHERE id = $1`,
      [id],
    );
    await put(id, { categories: { digest: { email: false } } });
    expect(await app.sql('SELECT preferences FROM {schema}.recipients WHERE id = $1', [id])).toEqual([
      { preferences: { theme: 'dark', categories: { digest: { email: false } } } },
    ]);
  });

  it.each([
    [{ quiet_hours: { mon: [['22:00', '25:00']] } }, 'quiet_hours.mon.0.1'],
    [{ quiet_hours: { daily: [['00:00', '24:00']] } }, 'quiet_hours'],
    [{ quiet_hours: [] }, 'quiet_hours'],
    [{ timezone: 'Europe/Berlim' }, 'timezone'],
    [{ timezone: 'CET+1' }, 'timezone'],
    [{ muted_until: 'tomorrow' }, 'muted_until'],
    [{ categories: { system: { email: false } } }, 'categories.system'],
    [{ categories: { digest: { fax: false } } }, 'categories.digest.fax'],
    [{ categories: { digest: { email: 'no' } } }, 'categories.digest.email'],
    [{ mutedUntil: null, timezone: 'UTC' }, 'muted_until'],
    [{}, 'body'],
    [[], 'body'],
    ['{"muted_until": nul', 'body'],
  ])('that are wrong are refused with the path: %j', async (body, at) => {
    const id = await recipient({ user_id: 'ada' });
    const answer = await put(id, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ path: at }],
    });
    expect(await app.sql('SELECT quiet_hours, preferences FROM {schema}.recipients WHERE id = $1', [id])).toEqual([
      { quiet_hours: null, preferences: null },
    ]);
  });
});

describe('someone else’s recipient', () => {
  it.each([
    ['of another user', { user_id: 'eve' }],
    ['of another workspace', { workspace_id: 'initech' }],
    ['of the user in another workspace', { user_id: 'ada', workspace_id: 'initech' }],
    ['of another user in the own workspace', { user_id: 'eve', workspace_id: 'acme' }],
    ['of nobody', {}],
  ])('is not there: %s', async (_, owner) => {
    const id = await recipient(owner);
    const answer = await put(id, { muted_until: '2030-01-01T00:00:00Z' }, 'ada/acme');
    expect(answer).toMatchObject({ status: 404, body: { code: 'RECIPIENT_NOT_FOUND' } });
    expect((await app.call('GET', path(id), undefined, { as: 'ada/acme' })).status).toBe(404);
    expect(await app.sql('SELECT muted_until FROM {schema}.recipients WHERE id = $1', [id])).toEqual([
      { muted_until: null },
    ]);
  });

  it.each(['0', 'x', "' OR true --", '%00', '..%2F..', '00000000-0000-0000-0000-000000000000'])(
    'nor is %s',
    async (id) => {
      expect([400, 404]).toContain((await app.call('GET', path(id), undefined, { as: 'ada' })).status);
    },
  );

  it('belongs to a workspace where it names no user', async () => {
    const id = await recipient({ workspace_id: 'acme' });
    expect((await put(id, { timezone: 'UTC' }, 'ada/acme')).status).toBe(200);
    expect((await put(id, { timezone: 'UTC' }, 'ada')).status).toBe(404);
    expect((await app.call('PUT', path(id), { timezone: 'UTC' })).status).toBe(401);
  });
});
