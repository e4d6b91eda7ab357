// Lists over HTTP: what their owner may do, what nobody else may, and how many run at once.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import {
  API_KEY,
  member,
  numbered,
  scriptedApi,
  startLists,
  type ListBody,
  type ListsKit,
  type ScriptedApi,
} from './support.js';

const ann = { user: 'ann', workspace: 'w1' };
const bob = { user: 'bob', workspace: 'w2' };

let database: TestDatabase;
let api: ScriptedApi;
let kit: ListsKit;
/** While it is closed, pages after the first are not answered. */
let gateOpen = true;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await scriptedApi((page) =>
    page > 1 && !gateOpen
      ? 'hang'
      : { body: numbered([member(page), member(page + 100, `=cmd${page}@example.com`)], page, 3, 6) },
  );
  kit = await startLists(database, { membersApiUrl: api.url });
});
afterEach(async () => {
  gateOpen = true;
});
afterAll(async () => {
  await kit.stop();
  await api.close();
  await database.close();
});

const problem = async (response: Response): Promise<{ status: number; code: string }> => {
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
};

/** A list of ann's is seen by her colleagues; for all others there is no such list, whatever they ask. */
async function expectHidden(asked: ListsKit, id: string): Promise<void> {
  const missing = { status: 404, code: 'LIST_NOT_FOUND' };
  expect((await asked.get({ user: 'alice', workspace: 'w1' }, id)).id).toBe(id);
  for (const stranger of [bob, { user: 'ann' }, { user: 'ann', workspace: 'w2' }]) {
    const ask = (method: string, path: string) =>
      asked.call(stranger, method, `/batch-lists/${id}${path}`).then(problem);
    for (const path of ['', '/events', '/members', '/members?q=m', '/members.csv', '/rejects'])
      expect(await ask('GET', path)).toEqual(missing);
    for (const path of ['/resume', '/cancel']) expect(await ask('POST', path)).toEqual(missing);
    expect(await ask('DELETE', '')).toEqual(missing);
    const { items } = (await (await asked.call(stranger, 'GET', '/batch-lists')).json()) as { items: ListBody[] };
    expect(items.map((list) => list.id)).not.toContain(id);
  }
}

describe('lists over HTTP', () => {
  it('are refused with paths where the input is wrong', async () => {
    const response = await kit.call(ann, 'POST', '/batch-lists', { name: ' ', source: 'ftp', nam: 1 });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual(['audience', 'nam', 'name', 'source']);
  });

  it('need a key of their workspace', async () => {
    const body = { name: 'n', audience: 'a' };
    expect(await problem(await kit.call({ user: 'carol' }, 'POST', '/batch-lists', body))).toEqual({
      status: 409,
      code: 'KEY_MISSING',
    });
    const other = { user: 'carol', workspace: 'w3' };
    expect(await problem(await kit.call(other, 'POST', '/batch-lists', body))).toEqual({
      status: 409,
      code: 'KEY_MISSING',
    });
    expect((await fetch(`${kit.url}/api/batch-lists`)).status).toBe(401);
  });

  it('are made once for an idempotency key, and for no other request with it', async () => {
    const ask = (name: string) =>
      kit.call(ann, 'POST', '/batch-lists', { name, audience: 'a' }, { 'idempotency-key': 'k1' });
    const [one, two] = await Promise.all([ask('n'), ask('n')]);
    const [first, second] = (await Promise.all([one.json(), two.json()])) as { id: string }[];
    expect(second?.id).toBe(first?.id);
    expect((await database.pool.query(`SELECT FROM punctual.jobs WHERE group_id = $1`, [first?.id])).rowCount).toBe(1);
    expect((await ask('other')).status).toBe(422);
    await kit.scheduler.workspaceKeys?.remove('w1', 'members');
    expect(((await (await ask('n')).json()) as { id: string }).id).toBe(first?.id);
    await kit.scheduler.workspaceKeys?.save('w1', 'members', API_KEY);
  });

  it.each(['with the role', 'without it'])('are seen by their workspace alone, on every route, %s', async (role) => {
    const without = role === 'without it';
    if (without) await database.pool.query('REVOKE SELECT ON punctual.jobs FROM punctual_user');
    const other = { membersApiUrl: api.url };
    const asked = without ? await startLists(database, other, { worker: false, keyFor: [] }) : kit;
    expect(await asked.scheduler.queue.users.isolated()).toBe(!without);
    await database.pool.query('GRANT SELECT ON punctual.jobs TO punctual_user');
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'completed');
    await expectHidden(asked, id).finally(() => without && asked.stop());
    expect((await kit.get(ann, id)).status).toBe('completed');
  });

  it('are kept apart by row-level security even where a query forgets to', async () => {
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'completed');
    const countAs = (userId: string, workspaceId: string | null, table: string) =>
      kit.scheduler.queue.users.as({ userId, workspaceId }, async (tx) => {
        const { rows } = await tx.query<{ n: number }>(`SELECT count(*)::integer AS n FROM {schema}.${table}`);
        return rows[0]?.n ?? 0;
      });
    await database.pool.query(`INSERT INTO punctual.batch_list_rejects (list_id, reason) VALUES ($1, 'no address')`, [
      id,
    ]);
    for (const table of ['batch_lists', 'batch_list_members', 'batch_list_rejects']) {
      expect(await countAs('ann', 'w1', table)).toBeGreaterThan(0);
      expect(await countAs('bob', 'w2', table)).toBe(0);
      expect(await countAs('ann', null, table)).toBe(0);
    }
    const write = kit.scheduler.queue.users.as({ userId: 'ann', workspaceId: 'w1' }, (tx) =>
      tx.query('DELETE FROM {schema}.batch_list_members'),
    );
    await expect(write).rejects.toThrow(/permission denied/);
  });

  it('show their members as pages, by search, and as a file without formulas', async () => {
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'completed');
    const read = async (query: string) =>
      (await (await kit.call(ann, 'GET', `/batch-lists/${id}/members?${query}`)).json()) as {
        items: { email: string; external_id: string }[];
        next_cursor: string | null;
      };
    const first = await read('limit=4');
    const second = await read(`limit=4&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map(({ external_id }) => external_id)).toHaveLength(6);
    expect(second.next_cursor).toBeNull();
    expect((await kit.call(ann, 'GET', `/batch-lists/${id}/members?cursor=AAAA`)).status).toBe(400);
    expect((await read('q=CMD2')).items.map(({ email }) => email)).toEqual(['=cmd2@example.com']);
    expect((await read('q=member%20103')).items.map(({ email }) => email)).toEqual(['=cmd3@example.com']);
    const file = await kit.call(ann, 'GET', `/batch-lists/${id}/members.csv`);
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await file.text()).trim().split('\r\n');
    expect(lines[0]).toBe('id,external_id,email,name,joined_at');
    expect(lines).toHaveLength(7);
    expect(lines.filter((line) => line.includes(",'=cmd"))).toHaveLength(3);
  });

  it('are in the views of the former system, while they are open and by day afterwards', async () => {
    const read = async (v: string) => (await database.pool.query(`SELECT * FROM punctual.batch_processing_${v}`)).rows;
    await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    const stats = await read('stats');
    const sum = (name: string): number => stats.reduce((total, row) => total + Number(row[name]), 0);
    expect(sum('jobs')).toBeGreaterThan(0);
    expect(sum('members')).toBe(6 * (sum('jobs') - sum('failures')));
    gateOpen = false;
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'running');
    expect(await read('queue')).toContainEqual(
      expect.objectContaining({ list_id: id, workspace_id: 'w1', status: 'running' }),
    );
    expect(await read('workers')).toEqual([expect.objectContaining({ lists_running: '1' })]);
    expect((await kit.call(ann, 'POST', `/batch-lists/${id}/cancel`)).status).toBe(200);
    gateOpen = true;
  });

  it('are watched to their end', async () => {
    gateOpen = false;
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'running');
    const events = kit.call(ann, 'GET', `/batch-lists/${id}/events`).then((response) => response.text());
    await waitFor(async () => (await kit.get(ann, id)).progress.inserted === 2);
    expect((await kit.call(ann, 'POST', `/batch-lists/${id}/cancel`)).status).toBe(200);
    const text = await events;
    expect(text).toMatch(/^event: progress\n/);
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^event: finished\ndata: .*"status":"cancelled"/);
  });
});

describe('a list under way', () => {
  it('is cancelled within a page, and resumed without a gap', async () => {
    gateOpen = false;
    const { id, job_id: jobId } = await kit.create(ann);
    await waitFor(async () => (await kit.get(ann, id)).progress.inserted === 2);
    const cancelled = (await (await kit.call(ann, 'POST', `/batch-lists/${id}/cancel`)).json()) as ListBody;
    expect(cancelled.status).toBe('cancelled');
    expect(await problem(await kit.call(ann, 'POST', `/batch-lists/${id}/cancel`))).toEqual({
      status: 409,
      code: 'LIST_STATE',
    });
    gateOpen = true;
    expect((await kit.call(ann, 'POST', `/batch-lists/${id}/resume`)).status).toBe(202);
    expect((await kit.reaches(ann, id, 'completed')).progress).toMatchObject({ pages: 3, inserted: 6, duplicates: 0 });
    await waitFor(async () => (await kit.scheduler.queue.admin.get(jobId)).status !== 'processing');
    expect(await problem(await kit.call(ann, 'POST', `/batch-lists/${id}/resume`))).toEqual({
      status: 409,
      code: 'LIST_STATE',
    });
  });

  it('is watched, cancelled and resumed by operators, whosever it is', async () => {
    gateOpen = false;
    const { id } = await kit.create(bob);
    await waitFor(async () => (await kit.get(bob, id)).progress.inserted === 2);
    const events = kit.admin('viewer', 'GET', `/batch-lists/${id}/events`).then((response) => response.text());
    expect((await kit.admin('viewer', 'POST', `/batch-lists/${id}/cancel`)).status).toBe(403);
    expect(await (await kit.admin('operator', 'POST', `/batch-lists/${id}/cancel`)).json()).toMatchObject({
      ...{ id, status: 'cancelled', user_id: 'bob', workspace_id: 'w2' },
    });
    expect(await events).toMatch(/"status":"cancelled"/);
    expect(await problem(await kit.admin('operator', 'POST', `/batch-lists/${id}/cancel`))).toEqual({
      status: 409,
      code: 'LIST_STATE',
    });
    gateOpen = true;
    expect((await kit.admin('operator', 'POST', `/batch-lists/${id}/resume`)).status).toBe(202);
    await kit.reaches(bob, id, 'completed');
    const { rows } = await database.pool.query(
      `SELECT actor, action FROM punctual.audit_log WHERE target = $1 ORDER BY id`,
      [id],
    );
    expect(rows).toEqual([
      { actor: 'operator', action: 'batch_list.cancel' },
      { actor: 'operator', action: 'batch_list.resume' },
    ]);
  });

  it('says to operators who was left out and why; viewers do not see what was received', async () => {
    const { id } = await kit.create(ann);
    await kit.reaches(ann, id, 'completed');
    await database.pool.query(
      `INSERT INTO punctual.batch_list_rejects (list_id, line, value, reason)
       SELECT $1, n, 'no@@' || n, CASE WHEN n < 3 THEN 'not an address' ELSE 'no address' END FROM generate_series(1, 3) n`,
      [id],
    );
    const read = async (role: 'viewer' | 'operator', path: string) =>
      (await (await kit.admin(role, 'GET', `/batch-lists/${id}/rejects${path}`)).json()) as {
        items: Record<string, unknown>[];
        next_cursor: string | null;
      };
    const first = await read('operator', '?limit=2');
    expect(first.items).toMatchObject([
      { line: 1, value: 'no@@1' },
      { line: 2, value: 'no@@2' },
    ]);
    expect((await read('operator', `?cursor=${first.next_cursor}`)).items).toMatchObject([{ line: 3 }]);
    expect((await read('viewer', '')).items.map(({ value }) => value)).toEqual([null, null, null]);
    expect((await read('viewer', '/reasons')).items).toEqual([
      { reason: 'not an address', count: 2 },
      { reason: 'no address', count: 1 },
    ]);
    const nobodys = `/batch-lists/${id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/rejects`;
    expect((await kit.admin('viewer', 'GET', nobodys)).status).toBe(404);
  });

  it('is deleted with its rows, and gone at once', async () => {
    gateOpen = false;
    const { id } = await kit.create(ann);
    await waitFor(async () => (await kit.get(ann, id)).progress.inserted === 2);
    expect((await kit.call(ann, 'DELETE', `/batch-lists/${id}`)).status).toBe(202);
    expect((await kit.call(ann, 'GET', `/batch-lists/${id}`)).status).toBe(404);
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT list_id AS id FROM punctual.batch_list_members WHERE list_id = $1 UNION ALL SELECT id FROM punctual.batch_lists WHERE id = $1`,
        [id],
      );
      return rows.length === 0;
    });
  });

  it('shares its key with one other at most; the next begins when one ends, the urgent first', async () => {
    gateOpen = false;
    const made: { id: string }[] = [];
    for (const priority of ['normal', 'normal', 'low', 'urgent']) made.push(await kit.create(bob, { priority }));
    const statuses = () => Promise.all(made.map(({ id }) => kit.get(bob, id).then(({ status }) => status)));
    await waitFor(async () => (await statuses()).filter((status) => status === 'running').length === 2);
    // all four have been looked at: two were put off
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT FROM punctual.jobs WHERE group_id = ANY ($1) AND status = 'pending' AND run_at > now() + interval '5 seconds'`,
        [made.map(({ id }) => id)],
      );
      return rows.length === 2;
    });
    const index = (await statuses()).indexOf('running');
    await kit.call(bob, 'POST', `/batch-lists/${made[index]?.id}/cancel`);
    await waitFor(async () => (await statuses())[3] === 'running' || (await statuses())[3] === 'completed');
    gateOpen = true;
    const rest = made.filter((_list, place) => place !== index);
    for (const { id } of rest.slice(0, -1)) await kit.call(bob, 'POST', `/batch-lists/${id}/cancel`);
  });
});
