// The example members API: what it serves, and the trouble that it makes on request.
import { afterEach, describe, expect, it } from '@jest/globals';
import { createMembersApp } from '../../examples/members-provider/app.js';
import { countKinds, memberAt } from '../../examples/members-provider/audience.js';
import { readSettings } from '../../examples/members-provider/settings.js';
import { startServer, type RunningServer } from '../support/servers/http-server.js';

const shape = { size: 1_000, duplicateEvery: 7, invalidEvery: 50 };
const calm = { key: 'k', perSecond: 0, latencyMs: 0, failEvery: 0, moveAfter: 0, ...shape };

let server: RunningServer | undefined;
afterEach(() => server?.close());

const ask = async (query: string, key = 'k'): Promise<Response> =>
  fetch(`${server?.url}/members?${query}`, { headers: { authorization: `Bearer ${key}` } });

describe('the example members provider', () => {
  it('has as many members, duplicates and broken addresses as it says', () => {
    const addresses = Array.from({ length: shape.size }, (_, index) =>
      memberAt(shape, index).email.trim().toLowerCase(),
    );
    const { members, duplicates, invalid } = countKinds(shape);
    expect(members + duplicates + invalid).toBe(shape.size);
    const valid = addresses.filter((address) => /^[\w.]+@[\wü.]+$/.test(address));
    expect(valid).toHaveLength(members + duplicates);
    expect(new Set(valid).size).toBe(members);
  });

  it('serves the same audience by page and by cursor, for its key alone', async () => {
    server = await startServer(createMembersApp(calm));
    const page = (await (await ask('page=10&per=100')).json()) as { data: unknown[]; pagination: object };
    expect(page.pagination).toEqual({ current_page: 10, total_page: 10, next_page: null, total_count: 1_000 });
    const cursor = (await (await ask('first=100&after=900')).json()) as { data: unknown[]; page_info: object };
    expect(cursor.page_info).toEqual({ has_next_page: false, end_cursor: '1000', total_count: 1_000 });
    expect(cursor.data).toEqual(page.data);
    expect((await ask('page=1', 'wrong')).status).toBe(401);
  });

  it('limits and fails as it is told', async () => {
    server = await startServer(createMembersApp({ ...calm, perSecond: 2, failEvery: 2 }));
    const statuses = [await ask(''), await ask(''), await ask('')].map(({ status }) => status);
    expect(statuses).toEqual([200, 503, 429]);
  });

  it('moves its last member to the beginning while it is read', async () => {
    server = await startServer(createMembersApp({ ...calm, duplicateEvery: 0, invalidEvery: 0, moveAfter: 2 }));
    const idsOf = async (page: number) =>
      ((await (await ask(`page=${page}&per=100`)).json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    const before = [...(await idsOf(1)), ...(await idsOf(2))];
    expect(before.slice(-1)).toEqual(['mem_199']);
    // the entry at the end of the second page has come to the third, and the last one is where nobody looks any more
    expect((await idsOf(3))[0]).toBe('mem_199');
    expect((await idsOf(10)).at(-1)).toBe('mem_998');
    expect((await idsOf(1)).slice(0, 2)).toEqual(['mem_999', 'mem_0']);
  });

  it('refuses settings by their flag', () => {
    expect(readSettings(['--size', '7'], { MEMBERS_KEY: 'x' })).toMatchObject({ size: 7, key: 'x', port: 4_300 });
    expect(() => readSettings(['--size', 'many'], {})).toThrow(/^--size \(or MEMBERS_SIZE\): /);
  });
});
