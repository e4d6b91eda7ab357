// Digest schedules as operators see them: those of everybody, paused, resumed and deleted, with the next mail of each.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest, { type Test } from 'supertest';
import { listAllSchedules } from '../../../../src/modules/digests/db/all-schedules.js';
import { adminRoutes } from '../../../../src/routes/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../../support/database.js';
import { startManually, type DigestTest } from '../scheduled.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const PATH = '/admin/digest-schedules';
type Role = 'viewer' | 'operator' | 'admin';

let database: TestDatabase;
let test: DigestTest;
let app: express.Express;
const ids: Record<string, string> = {};

const as =
  (role: Role) =>
  (method: 'get' | 'patch' | 'delete', path: string, body?: object): Test => {
    const sent = supertest(app)[method](path).set('authorization', `Bearer ${role}-token`);
    return body === undefined ? sent : sent.send(body);
  };
const sql = <R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]> =>
  database.db.query<R>(text, values).then(({ rows }) => rows);
const audited = (): Promise<Record<string, unknown>[]> =>
  sql(`SELECT actor, action, target FROM {schema}.audit_log WHERE action LIKE 'digest.%' ORDER BY id`);

beforeAll(async () => {
  database = await createEmptyDatabase();
  test = await startManually(database, NOW);
  const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
  const tokens = roles.map((role) => ({ name: role, token: `${role}-token`, role }));
  app = express().use('/admin', adminRoutes(test.scheduler, { tokens }));
});
beforeEach(async () => {
  await sql('TRUNCATE {schema}.recipients, {schema}.updates, {schema}.digest_schedules, {schema}.audit_log CASCADE');
  const { schedules } = test.scheduler.module(test.module);
  for (const [user, group, frequency] of [
    ['ada', 'stars', 'daily'],
    ['ada', 'moons', 'weekly'],
    ['bob', 'stars', 'daily'],
  ] as const) {
    const [recipient] = await sql<{ id: string }>(
      `INSERT INTO {schema}.recipients (user_id, name, email, timezone) VALUES ($1, initcap($1), $1 || '@example.com', 'Europe/Paris')
       RETURNING id::text`,
      [user],
    );
    const owner = { userId: user, workspaceId: null };
    const made = await schedules.create(owner, { recipientId: recipient!.id, groupId: group, frequency });
    ids[`${user} ${group}`] = made.id;
  }
});
afterAll(async () => {
  await test.stop();
  await database.close();
});

const groupsOf = (body: unknown): string[] =>
  (body as { items: { user_id: string; group_id: string }[] }).items
    .map(({ user_id, group_id }) => `${user_id} ${group_id}`)
    .sort();

describe('the list', () => {
  it('has the schedules of everybody with their owners, filtered', async () => {
    const { body } = await as('viewer')('get', PATH);
    expect(groupsOf(body)).toEqual(['ada moons', 'ada stars', 'bob stars']);
    expect(body.items).toContainEqual(
      expect.objectContaining({ recipient_name: 'Bob', recipient_address: 'bob@example.com', is_active: true }),
    );
    expect(groupsOf((await as('viewer')('get', `${PATH}?group_id=stars`)).body)).toEqual(['ada stars', 'bob stars']);
    expect(groupsOf((await as('viewer')('get', `${PATH}?frequency=weekly`)).body)).toEqual(['ada moons']);
    expect(groupsOf((await as('viewer')('get', `${PATH}?is_active=false`)).body)).toEqual([]);
    expect((await as('viewer')('get', `${PATH}?frequency=hourly`)).status).toBe(400);
  });

  it('comes page by page, each once, also where few of those looked at are wanted', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await as('viewer')('get', `${PATH}?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...groupsOf(body));
      cursor = (body as { next_cursor: string | null }).next_cursor;
    }
    expect(seen.sort()).toEqual(['ada moons', 'ada stars', 'bob stars']);
    const found: string[] = [];
    let before: string | null = null;
    do {
      const page = await listAllSchedules(database.db, { frequency: 'weekly' }, { limit: 10, before, lookedAt: 1 });
      found.push(...page.rows.map(({ id }) => id));
      before = page.next;
    } while (before !== null);
    expect(found).toEqual([ids['ada moons']]);
  });
});

describe('a schedule', () => {
  it('is paused and resumed by operators, and owes nothing for the time in between', async () => {
    const path = `${PATH}/${ids['ada stars']}`;
    const before = (await as('viewer')('get', path)).body as { next_digest_scheduled: string };
    expect((await as('viewer')('patch', path, { is_active: false })).status).toBe(403);
    expect((await as('operator')('patch', path, { is_active: false })).body).toMatchObject({
      is_active: false,
      state: 'paused',
      next_digest_scheduled: null,
    });
    await sql(`UPDATE {schema}.digest_schedules SET next_digest_scheduled = '2026-02-01T08:00:00Z' WHERE id = $1`, [
      ids['ada stars'],
    ]);
    expect((await as('operator')('patch', path, { is_active: true })).body).toMatchObject({
      is_active: true,
      next_digest_scheduled: before.next_digest_scheduled,
    });
    // it is active already: nothing is changed, and nothing is noted
    expect((await as('operator')('patch', path, { is_active: true })).status).toBe(200);
    expect(await audited()).toEqual([
      { actor: 'operator', action: 'digest.pause', target: ids['ada stars'] },
      { actor: 'operator', action: 'digest.resume', target: ids['ada stars'] },
    ]);
  });

  it('can be paused and resumed when its recipient is gone', async () => {
    const path = `${PATH}/${ids['bob stars']}`;
    await sql(`DELETE FROM {schema}.recipients WHERE user_id = 'bob'`);
    expect((await as('operator')('patch', path, { is_active: false })).body).toMatchObject({
      is_active: false,
      recipient_address: null,
      user_id: null,
    });
    expect((await as('operator')('patch', path, { is_active: true })).body).toMatchObject({
      is_active: true,
      timezone: 'Europe/Paris',
    });
  });

  it('is deleted by administrators alone', async () => {
    const path = `${PATH}/${ids['bob stars']}`;
    expect((await as('operator')('delete', path)).status).toBe(403);
    expect((await as('admin')('delete', path)).status).toBe(204);
    for (const again of [as('admin')('delete', path), as('admin')('patch', path, { is_active: false })]) {
      expect(await again).toMatchObject({ status: 404, body: { code: 'DIGEST_SCHEDULE_NOT_FOUND' } });
    }
    expect(await audited()).toEqual([{ actor: 'admin', action: 'digest.delete', target: ids['bob stars'] }]);
  });

  it('shows its next mail, without what is in it to viewers', async () => {
    await sql(`INSERT INTO {schema}.updates (group_id, content_type, title, created_at)
      VALUES ('stars', 'news', 'A new star', '2026-03-02T11:00:00Z')`);
    const path = `${PATH}/${ids['ada stars']}/preview`;
    const { body } = await as('operator')('get', path);
    expect(body).toMatchObject({ would_send: true, updates: 1, utc_offset: '+01:00' });
    expect((body as { mail: { text: string } }).mail.text).toContain('A new star');
    expect((await as('viewer')('get', path)).body).toEqual({ ...(body as object), mail: null });
    expect((await as('viewer')('get', `${PATH}/nobody/preview`)).status).toBe(404);
  });
});
