// Lists from files: exact, or refused with the line; and nothing is kept of a file that breaks off.
import { connect } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { startLists, type ListsKit } from './support.js';

const ann = { user: 'ann', workspace: 'w1' };
let database: TestDatabase;
let kit: ListsKit;

beforeAll(async () => {
  database = await createTestDatabase();
  kit = await startLists(database, { maxUploadBytes: 3_000_000, maxMembers: 20_000 }, { keyFor: [] });
});
afterAll(async () => {
  await kit.stop();
  await database.close();
});

const upload = (
  body: NonNullable<RequestInit['body']>,
  type = 'text/csv',
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${kit.url}/api/batch-lists/csv?name=n&audience=a`, {
    method: 'POST',
    headers: { 'x-user': 'ann', 'x-workspace': 'w1', ...(type === '' ? {} : { 'content-type': type }), ...headers },
    body,
  });

const stored = async (response: Response) => {
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  const members = (await (await kit.call(ann, 'GET', `/batch-lists/${id}/members?limit=200`)).json()) as {
    items: { email: string; name: string | null; external_id: string | null }[];
  };
  return { id, list: await kit.get(ann, id), members: members.items };
};

const refusal = async (response: Response): Promise<string> => {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  expect({ status: response.status, code }).toEqual({ status: 400, code: 'UPLOAD_REFUSED' });
  return detail;
};

const nothingLeft = () =>
  waitFor(async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      `SELECT (SELECT count(*) FROM punctual.batch_lists WHERE status IN ('receiving', 'deleting'))
         + (SELECT count(*) FROM punctual.batch_list_members m WHERE NOT EXISTS (SELECT FROM punctual.batch_lists l WHERE l.id = m.list_id))
         AS n`,
    );
    return Number(rows[0]?.n) === 0;
  });

const utf16 = (text: string, bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('a file', () => {
  it('becomes a list, with quotes, line breaks and columns in any order', async () => {
    const csv =
      'Name, ID ,other,EMAIL\r\n"Ada, ""the""\r\ncountess",7,x,Ada@Example.com\r\n\r\nBob,8,,bob@example.com\r\nno,9,,none\r\n';
    const { id, list, members } = await stored(await upload(csv));
    expect(list).toMatchObject({ status: 'completed', source: 'csv', job_id: null });
    expect(list.progress).toMatchObject({ fetched: 3, inserted: 2, invalid: 1, duplicates: 0 });
    expect(members).toEqual([
      expect.objectContaining({ email: 'Ada@example.com', name: 'Ada, "the" countess', external_id: '7' }),
      expect.objectContaining({ email: 'bob@example.com', name: 'Bob', external_id: '8' }),
    ]);
    const rejects = await (await kit.call(ann, 'GET', `/batch-lists/${id}/rejects`)).json();
    expect(rejects).toMatchObject({ items: [{ line: 6, external_id: '9', value: 'none', reason: 'not an address' }] });
    const refused = await kit.call(ann, 'POST', `/batch-lists/${id}/resume`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'LIST_STATE',
      detail: expect.stringContaining('upload the file again'),
    });
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFemail,name\njürgen@example.com,Jürgen\n')],
    ['UTF-16 LE with a mark', utf16('\uFEFFemail,name\njürgen@example.com,Jürgen\n', false)],
    ['UTF-16 BE with a mark', utf16('\uFEFFemail,name\njürgen@example.com,Jürgen\n', true)],
    ['UTF-16 LE without one', utf16('email,name\njürgen@example.com,Jürgen\n', false)],
  ])('may be in %s', async (_what, bytes) => {
    const { members } = await stored(await upload(new Uint8Array(bytes)));
    expect(members).toEqual([expect.objectContaining({ email: 'jürgen@example.com', name: 'Jürgen' })]);
  });

  it('may come in a form', async () => {
    const form = new FormData();
    form.set('note', 'before the file');
    form.set('file', new Blob(['email\na@example.com\nb@example.com\n'], { type: 'text/csv' }), 'members.csv');
    expect((await stored(await upload(form, ''))).members).toHaveLength(2);
    const empty = new FormData();
    empty.set('note', 'no file');
    expect(await refusal(await upload(empty, ''))).toMatch(/the form has no file/);
  });

  const part = '--B\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\n\r\nemail\na@example.com\n';

  it.each([
    ['ends within the file', 'multipart/form-data; boundary=B', part],
    ['ends before the file', 'multipart/form-data; boundary=B', '--B\r\nContent-Disp'],
    ['is empty', 'multipart/form-data; boundary=B', ''],
    ['names no boundary', 'multipart/form-data', part],
    ['has a boundary that is too long', `multipart/form-data; boundary=${'B'.repeat(300)}`, part],
    ['has another boundary', 'multipart/form-data; boundary=C', `${part}\r\n--B--\r\n`],
  ])('in a form that %s is refused, and nothing of it is kept', async (_what, type, body) => {
    expect(await refusal(await upload(body, type))).toMatch(/^body: is not a form: /);
    await nothingLeft();
  });

  it('is stored in many batches, each address once', async () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `m${n % 6_000}@example.com,Member ${n}`);
    const { id, list } = await stored(await upload(`email,name\n${rows.join('\n')}`));
    expect(list.progress).toMatchObject({ fetched: 9_000, inserted: 6_000, duplicates: 3_000 });
    const file = await (await kit.call(ann, 'GET', `/batch-lists/${id}/members.csv`)).text();
    const addresses = file.split('\r\n').map((line) => line.split(',')[2]);
    expect(addresses.slice(1, -1)).toEqual([...new Set(rows.map((row) => row.split(',')[0]))].sort());
  });

  it.each([
    ['nothing', '', /is empty/],
    [
      'no header',
      'a@example.com,Ada\nb@example.com,Bob\n',
      /line 1: the header must name a column "email".*"a@example.com,Ada"/,
    ],
    ['semicolons', 'email;name\na@example.com;Ada\n', /separated by commas; it is "email;name"/],
    ['a column twice', 'email,email\n', /names "email" twice/],
    ['an open quote', 'email\na@example.com\n"b@example.com\n', /line \d+: a quote is opened and never closed/],
    ['text after a quote', 'email\n"a"b@example.com\n', /line 2: there is text after a closing quote/],
    ['a long line', `email\n${'x'.repeat(200_000)}\n`, /line 2: the line has more than 65536 characters/],
    ['too many rows', `email\n${'a@example.com\n'.repeat(20_001)}`, /more than 20000 rows/],
    ['too many bytes', `email\n${`${'b'.repeat(1_000)}\n`.repeat(3_100)}`, /more than 3000000 bytes/],
  ])('with %s is refused, and nothing of it is kept', async (_what, csv, reason) => {
    expect(await refusal(await upload(csv))).toMatch(reason);
    await nothingLeft();
  });

  it('in another encoding, compressed, or of another type is refused', async () => {
    const latin = Buffer.from('email,name\na@example.com,J\xfcrgen\n', 'latin1');
    expect(await refusal(await upload(new Uint8Array(latin)))).toMatch(/is not UTF-8/);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(5_000_000, 'a')));
    expect(await refusal(await upload(bomb, 'text/csv', { 'content-encoding': 'gzip' }))).toMatch(
      /must not be compressed/,
    );
    expect(await refusal(await upload('{}', 'application/json'))).toMatch(/must be sent as text\/csv or multipart/);
    await nothingLeft();
  });

  it('with NUL and control characters stores what can be stored and says why not', async () => {
    const { list } = await stored(await upload('email,name\na\0@example.com,x\nb@example.com,B\0ob\n'));
    expect(list.progress).toMatchObject({ inserted: 1, invalid: 1 });
  });

  it('that breaks off at 60 % leaves nothing behind', async () => {
    const { port } = new URL(kit.url);
    const socket = connect(Number(port), '127.0.0.1');
    const part = `email\n${Array.from({ length: 19_000 }, (_, n) => `gone${n}@example.com\n`).join('')}`;
    socket.write(
      `POST /api/batch-lists/csv?name=n&audience=a HTTP/1.1\r\nHost: x\r\nX-User: ann\r\nX-Workspace: w1\r\nContent-Type: text/csv\r\nContent-Length: ${Math.ceil(part.length / 0.6)}\r\n\r\n${part}`,
    );
    const countGone = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ n: number }>(
        `SELECT count(*)::integer AS n FROM punctual.batch_list_members WHERE email LIKE 'gone%'`,
      );
      return rows[0]?.n ?? 0;
    };
    await waitFor(async () => (await countGone()) === 18_000);
    const { items } = (await (await kit.call(ann, 'GET', '/batch-lists')).json()) as { items: { status: string }[] };
    expect(items.map(({ status }) => status)).not.toContain('receiving');
    socket.destroy();
    await nothingLeft();
    expect(await countGone()).toBe(0);
  });
});

describe('a file that an operator uploads for a user', () => {
  const uploadFor = () =>
    fetch(`${kit.url}/admin/batch-lists/csv?name=theirs&audience=a&user_id=ann&workspace_id=w1`, {
      method: 'POST',
      headers: { authorization: 'Bearer operator-token', 'content-type': 'text/csv' },
      body: 'email\ntheirs@example.com\n',
    });
  const sql = async (text: string) => (await database.pool.query<Record<string, unknown>>(text)).rows;

  it('is theirs, and in the audit log', async () => {
    const { id, list } = await stored(await uploadFor());
    expect(list).toMatchObject({ status: 'completed', progress: { inserted: 1 } });
    expect(await sql(`SELECT actor, action, details FROM punctual.audit_log WHERE target = '${id}'`)).toEqual([
      { actor: 'operator', action: 'batch_list.import', details: { user_id: 'ann', workspace_id: 'w1' } },
    ]);
  });

  it('is not kept where the audit log refuses the entry', async () => {
    const before = await sql('SELECT id FROM punctual.batch_lists ORDER BY id');
    await sql(`CREATE FUNCTION punctual.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON punctual.audit_log FOR EACH ROW EXECUTE FUNCTION punctual.refuse()`);
    try {
      expect((await uploadFor()).status).toBe(500);
    } finally {
      await sql('DROP FUNCTION punctual.refuse CASCADE');
    }
    await waitFor(async () => isDeepStrictEqual(await sql('SELECT id FROM punctual.batch_lists ORDER BY id'), before));
  });
});
