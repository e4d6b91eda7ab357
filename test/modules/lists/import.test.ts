// Imports from a members API: exact whatever the API does, and ended with a clear reason where it cannot go on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createMembersApp } from '../../../examples/members-provider/app.js';
import { countKinds } from '../../../examples/members-provider/audience.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { waitFor } from '../../support/wait-for.js';
import { API_KEY, member, numbered, scriptedApi, startLists, type ListsKit, type ScriptedApi } from './support.js';

const ann = { user: 'ann', workspace: 'w1' };
let database: TestDatabase;
let kit: ListsKit | undefined;
let api: RunningServer | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await kit?.stop();
  await api?.close();
  await database.pool.query(
    'TRUNCATE punctual.jobs, punctual.job_keys, punctual.batch_lists, punctual.batch_list_members, punctual.batch_list_rejects, punctual.batch_list_limits',
  );
});
afterAll(() => database.close());

const addresses = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ email: string }>(
    'SELECT email FROM punctual.batch_list_members ORDER BY email_key',
  );
  return rows.map(({ email }) => email);
};

const scripted = async (...given: Parameters<typeof scriptedApi>): Promise<ScriptedApi> => {
  const made = await scriptedApi(...given);
  api = made;
  return made;
};

describe('an import', () => {
  const calm = { key: API_KEY, perSecond: 0, latencyMs: 0, failEvery: 0, moveAfter: 0 };
  const shape = { size: 2_345, duplicateEvery: 10, invalidEvery: 33 };

  it.each(['page', 'cursor'] as const)('by %s is exact, with what was left out and why', async (membersApiStyle) => {
    api = await startServer(createMembersApp({ ...calm, failEvery: 7, ...shape }));
    kit = await startLists(database, { membersApiUrl: api.url, membersApiStyle });
    const { id, job_id, status } = await kit.create(ann);
    expect({ job_id, status }).toEqual({ job_id: expect.any(String), status: 'queued' });
    const { progress } = await kit.reaches(ann, id, 'completed');
    const { members, duplicates, invalid } = countKinds(shape);
    expect(progress).toMatchObject({ pages: 24, fetched: 2_345, total: 2_345, inserted: members, duplicates, invalid });
    expect(await addresses()).toHaveLength(members);
    expect((await addresses()).filter((address) => address.includes('bücher'))).toEqual([]);
    const rejects = (await (await kit.call(ann, 'GET', `/batch-lists/${id}/rejects?limit=200`)).json()) as {
      items: { reason: string }[];
    };
    expect(rejects.items).toHaveLength(invalid);
    expect(new Set(rejects.items.map(({ reason }) => reason))).toEqual(new Set(['no address', 'not an address']));
  });

  it.each(['page', 'cursor'] as const)('by %s misses nobody who moves while it is read', async (membersApiStyle) => {
    const audience = { ...shape, size: 2_342, duplicateEvery: 7 };
    api = await startServer(createMembersApp({ ...calm, moveAfter: 12, ...audience }));
    kit = await startLists(database, { membersApiUrl: api.url, membersApiStyle, parallelPages: 1 });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    const { members, duplicates, invalid } = countKinds(audience);
    // one came twice, and the one that was missed was found when the audience was read again
    expect(progress).toMatchObject({ fetched: 2_343, inserted: members, duplicates: duplicates + 1, invalid });
    expect(await addresses()).toHaveLength(members);
  });

  it('sends the key of its own workspace, and the audience', async () => {
    const made = await scripted((page) => ({ body: numbered([member(1)], page, 1) }));
    kit = await startLists(database, { membersApiUrl: made.url });
    await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(made.asked).toEqual([{ page: 1, after: null, authorization: `Bearer ${API_KEY}` }]);
  });

  it('reads the audience again when members moved between its pages, and misses none', async () => {
    // m3 moves from page 2 to page 1 after page 1 was read, and pushes m2 from page 1 to page 2
    let reading = 0;
    const made = await scripted((page) => {
      if (page === 1) reading += 1;
      const first = reading === 1 && page === 1 ? [member(1), member(2)] : [member(1), member(3)];
      const body = page === 1 ? first : [member(2), member(4)];
      return { body: numbered(body, page, 2) };
    });
    kit = await startLists(database, { membersApiUrl: made.url, parallelPages: 1 });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(await addresses()).toEqual(['m1@example.com', 'm2@example.com', 'm3@example.com', 'm4@example.com']);
    expect(progress).toMatchObject({ inserted: 4, duplicates: 1, invalid: 0 });
  });

  it('notices a move by a member whose address belongs to another one', async () => {
    // m4 comes to page 1 after it was read, and pushes m3, which has the address of m1, from page 1 to page 2
    let reading = 0;
    const twin = { ...member(3), email: 'M1@example.com' };
    const made = await scripted((page) => {
      if (page === 1) reading += 1;
      const first = reading === 1 && page === 1 ? [member(1), twin] : [member(4), member(1)];
      return { body: numbered(page === 1 ? first : [twin, member(2)], page, 2) };
    });
    kit = await startLists(database, { membersApiUrl: made.url, parallelPages: 1 });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(await addresses()).toEqual(['m1@example.com', 'm2@example.com', 'm4@example.com']);
    expect(progress).toMatchObject({ inserted: 3, duplicates: 2, invalid: 0 });
  });

  it('waits where the API says so, in storms of 429 too', async () => {
    const made = await scripted((page, _after, call) =>
      call % 3 === 0
        ? { status: 429, headers: { 'retry-after': '0' }, body: {} }
        : {
            headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '0.05' },
            body: numbered([member(page)], page, 6),
          },
    );
    kit = await startLists(database, { membersApiUrl: made.url });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(progress).toMatchObject({ inserted: 6, pages: 6 });
  });

  it('tells every instance of a long wait, and gives its place back for that time', async () => {
    const made = await scripted(() => ({ status: 429, headers: { 'retry-after': '900' }, body: {} }));
    kit = await startLists(database, { membersApiUrl: made.url });
    const { id } = await kit.create(ann);
    await waitFor(async () => (await database.pool.query('SELECT FROM punctual.batch_list_limits')).rowCount === 1);
    const waiting = await waitFor(async () => {
      const list = await (kit as ListsKit).get(ann, id);
      return list.status === 'queued' && list.error !== null && list;
    });
    expect(waiting.error).toMatch(/rate limit .* resets in \d{3} s/);
    const asked = made.asked.length;
    const other = await kit.create(ann);
    await waitFor(async () => (await (kit as ListsKit).get(ann, other.id)).error !== null);
    expect(made.asked).toHaveLength(asked);
    // neither starts the other in vain
    await waitFor(async () => {
      const { rows } = await database.pool.query<{ s: number }>(
        `SELECT extract(epoch FROM run_at - now())::float8 AS s FROM punctual.jobs WHERE status = 'pending'`,
      );
      return rows.length === 2 && rows.every(({ s }) => s > 600);
    });
    const { rows: lists } = await database.pool.query('SELECT fence FROM punctual.batch_lists');
    expect(lists).toEqual([{ fence: 1 }, { fence: 1 }]);
  });

  it.each([
    ['a refused key', () => ({ status: 401, body: {} }), /401: the key of the workspace was refused/],
    ['a key that may not', () => ({ status: 403, body: {} }), /403: the key of the workspace was refused/],
    ['an unknown audience', () => ({ status: 404, body: {} }), /responded with 404/],
    ['pages that are not JSON', () => ({ body: '<html>' }), /page 1 could not be fetched: the response is not JSON/],
    ['pages of another shape', () => ({ body: { data: 'none' } }), /page 1 .* not a page of members/],
    ['faults without end', () => ({ status: 500, body: {} }), /page 1 .* responded with 500/],
  ])('ends with a clear reason for %s', async (_what, answer, reason) => {
    const made = await scripted(answer);
    kit = await startLists(database, { membersApiUrl: made.url });
    const { id, job_id: jobId } = await kit.create(ann);
    expect((await kit.reaches(ann, id, 'failed')).error).toMatch(reason);
    await waitFor(async () => (await (kit as ListsKit).scheduler.queue.admin.get(jobId)).status === 'dead');
  });

  it('that was refused in the middle keeps what it has, and is resumed at its checkpoint', async () => {
    let allowed = false;
    const made = await scripted((page) =>
      page === 3 && !allowed ? { status: 401, body: {} } : { body: numbered([member(page)], page, 5) },
    );
    kit = await startLists(database, { membersApiUrl: made.url, parallelPages: 1 });
    const { id } = await kit.create(ann);
    expect((await kit.reaches(ann, id, 'failed')).progress).toMatchObject({ pages: 2, inserted: 2 });
    allowed = true;
    made.asked.length = 0;
    expect((await kit.call(ann, 'POST', `/batch-lists/${id}/resume`)).status).toBe(202);
    expect((await kit.reaches(ann, id, 'completed')).progress).toMatchObject({ pages: 5, inserted: 5, duplicates: 0 });
    expect(made.asked.map(({ page }) => page)).toEqual([3, 4, 5]);
  });

  it('that is resumed continues the progress of its job', async () => {
    let allowed = false;
    const made = await scripted((page) => {
      if (page === 3 && !allowed) return { status: 401, body: {} };
      return page === 5 ? 'hang' : { body: numbered([member(page)], page, 6, 6) };
    });
    const { create, reaches, call, scheduler } = (kit = await startLists(database, {
      membersApiUrl: made.url,
      parallelPages: 1,
    }));
    const { id } = await create(ann);
    await reaches(ann, id, 'failed');
    allowed = true;
    const { job_id: jobId } = (await (await call(ann, 'POST', `/batch-lists/${id}/resume`)).json()) as {
      job_id: string;
    };
    // four of six pages, two of them before
    await waitFor(async () => Math.round(((await scheduler.queue.admin.get(jobId)).progress ?? 0) * 600) === 400);
  });

  it('ends where cursors go round, however long the way', async () => {
    const made = await scripted((_page, after) => {
      const n = after === null ? 0 : Number(after);
      return { body: { data: [member(n)], page_info: { has_next_page: true, end_cursor: String((n % 10) + 1) } } };
    });
    kit = await startLists(database, { membersApiUrl: made.url, membersApiStyle: 'cursor' });
    const { error, progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'failed');
    expect(error).toMatch(/repeats its cursors/);
    expect(progress.inserted).toBeLessThanOrEqual(11);
  });

  it('ends where the audience is larger than a list may be', async () => {
    const made = await scripted((page) => ({ body: numbered([member(page)], page, 1_000_000) }));
    kit = await startLists(database, { membersApiUrl: made.url, maxMembers: 50 });
    const { id } = await kit.create(ann);
    expect((await kit.reaches(ann, id, 'failed')).error).toMatch(/more than 50 members/);
    expect((await kit.call(ann, 'POST', `/batch-lists/${id}/resume`)).status).toBe(202);
    const { error, progress } = await kit.reaches(ann, id, 'failed');
    expect(error).toMatch(/more than 50 members/);
    expect(progress.inserted).toBeLessThanOrEqual(50);
  });

  it('goes on by itself when its connections are cut in the middle', async () => {
    let cut = false;
    const made = await scripted((page) => {
      if (page === 6 && !cut) {
        cut = true;
        void database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
      }
      return { body: numbered([member(page)], page, 12) };
    });
    kit = await startLists(database, { membersApiUrl: made.url });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(progress).toMatchObject({ pages: 12, inserted: 12, duplicates: 0, fetched: 12 });
  });

  it('gives a page that hangs up, and asks for it again', async () => {
    const made = await scripted((page, _after, call) =>
      call === 2 ? 'hang' : { body: numbered([member(page)], page, 4) },
    );
    kit = await startLists(database, { membersApiUrl: made.url, timeoutMs: 300 });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(progress).toMatchObject({ pages: 4, inserted: 4, duplicates: 0 });
  });

  it('follows totals that change', async () => {
    const made = await scripted((page) => ({ body: numbered([member(page)], page, page < 3 ? 9 : 3, 10 * page) }));
    kit = await startLists(database, { membersApiUrl: made.url });
    const { progress } = await kit.reaches(ann, (await kit.create(ann)).id, 'completed');
    expect(progress).toMatchObject({ pages: 3, inserted: 3, total: 30 });
  });
});
