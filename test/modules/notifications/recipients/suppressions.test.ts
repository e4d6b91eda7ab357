// The suppression list as operators see it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalAddress } from '../../../../src/modules/notifications/recipients/normal-address.js';
import { startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => void (app = await startPeopleApp()));
afterAll(() => app.close());

const addresses = (body: Record<string, unknown>): string[] =>
  (body['items'] as { address: string }[]).map(({ address }) => address);
const audited = async (action: string) =>
  app.sql('SELECT actor, target, details FROM {schema}.audit_log WHERE action = $1 ORDER BY id', [action]);

describe('the suppression list', () => {
  it('takes an address however it is written, once, and says so in the audit log', async () => {
    const first = await app.admin('POST', '/suppressions', {
      address: ' Ada <ADA@Example.com> ',
      detail: 'asked by phone',
    });
    expect(first).toMatchObject({
      status: 201,
      body: { address: 'ada@example.com', category: '*', reason: 'manual', detail: 'asked by phone', source: 'ops' },
    });
    expect((await app.admin('POST', '/suppressions', { address: 'ada@EXAMPLE.com' })).status).toBe(200);
    expect(await audited('suppression.add')).toEqual([
      { actor: 'ops', target: 'ada@example.com', details: { delivery_method: 'email', category: '*' } },
    ]);
    expect(addresses((await app.admin('GET', '/suppressions?address=ADA@example.com')).body)).toEqual([
      'ada@example.com',
    ]);
  });

  it('has one spelling of an internationalised domain, and finds it by each', async () => {
    const added = await app.admin('POST', '/suppressions', { address: 'Kontakt@Bücher.example' });
    expect(added).toMatchObject({ status: 201, body: { address: 'kontakt@xn--bcher-kva.example' } });
    for (const spelling of ['kontakt@XN--bcher-kva.example', 'kontakt@bu\u0308cher.example', 'kontakt@BÜCHER.example'])
      expect((await app.admin('POST', '/suppressions', { address: spelling })).status).toBe(200);
    const { body } = await app.admin('GET', `/suppressions?address=${encodeURIComponent('kontakt@bücher.example')}`);
    expect(addresses(body)).toEqual(['kontakt@xn--bcher-kva.example']);
    const gone = await app.admin('DELETE', `/suppressions/${encodeURIComponent('kontakt@bücher.example')}`);
    expect(gone).toMatchObject({ status: 200, body: { removed: 1 } });
  });

  it('has the same keys in the database as in the program', async () => {
    const letters = [...'azAZ09äÖßéÇñØжЩяΛΣσω漢字かなｱ한कख'];
    const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
    const address = fc.tuple(word, word, word).map(([local, ...labels]) => `${local}@${labels.join('.')}.example`);
    const samples = fc
      .sample(address, 300)
      .concat('a@bücher。example', 'ADA@Example.com')
      .filter((one) => normalAddress('email', one) !== null);
    expect(samples.length).toBeGreaterThan(100);
    const rows = await app.sql<{ key: string }>(
      `SELECT {schema}.address_key('email', s.address) AS key FROM unnest($1::text[]) WITH ORDINALITY AS s (address, place) ORDER BY place`,
      [samples],
    );
    expect(rows.map(({ key }) => key)).toEqual(samples.map((one) => normalAddress('email', one)));
  });

  it('knows phone numbers', async () => {
    const body = { address: '+49 (151) 123-45678', delivery_method: 'sms', category: 'digest' };
    expect((await app.admin('POST', '/suppressions', body)).body).toMatchObject({ address: '+4915112345678' });
  });

  it('removes an address, wholly or for one category, and says so in the audit log', async () => {
    for (const category of ['*', 'digest', 'engagement'])
      await app.admin('POST', '/suppressions', { address: 'bob@example.com', category });
    expect((await app.admin('DELETE', '/suppressions/Bob@example.com?category=digest')).body).toEqual({ removed: 1 });
    expect((await app.admin('DELETE', '/suppressions/bob@example.com')).body).toEqual({ removed: 2 });
    expect(await app.admin('DELETE', '/suppressions/bob@example.com')).toMatchObject({
      status: 404,
      body: { code: 'SUPPRESSION_NOT_FOUND' },
    });
    expect((await audited('suppression.remove')).length).toBe(3);
  });

  it('comes page by page, newest first, each entry once', async () => {
    await app.sql(
      `INSERT INTO {schema}.notification_suppressions (address, reason, created_at)
       SELECT 'n' || lpad(n::text, 3, '0') || '@example.com', 'hard_bounce', '2026-01-01'::timestamptz + (n / 3) * interval '1 microsecond'
       FROM generate_series(1, 25) n`,
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `reason=hard_bounce&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await app.admin('GET', `/suppressions?${query}`);
      seen.push(...addresses(body));
      cursor = body['next_cursor'] as string | null;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `n${String(25 - n).padStart(3, '0')}@example.com`));
  });

  it.each([
    ['POST', '/suppressions', { address: 'no address' }, 'address'],
    ['POST', '/suppressions', { address: 'a@b@c' }, 'address'],
    ['POST', '/suppressions', { address: 'a@example.com', delivery_method: 'fax' }, 'delivery_method'],
    ['POST', '/suppressions', { address: 'a@example.com', category: 'A B' }, 'category'],
    ['POST', '/suppressions', { address: 'a@example.com', reason: 'complaint' }, 'reason'],
    ['POST', '/suppressions', {}, 'address'],
    ['GET', '/suppressions?cursor=e30', undefined, 'cursor'],
    [
      'GET',
      `/suppressions?cursor=${Buffer.from('["2026-01-01T00:00:00Z","\\u0000","email","*"]').toString('base64url')}`,
      undefined,
      'cursor',
    ],
    ['GET', '/suppressions?limit=0', undefined, 'limit'],
    ['GET', '/suppressions?reason=none', undefined, 'reason'],
    ['DELETE', '/suppressions/nobody', undefined, 'address'],
  ])('refuses what is wrong: %s %s %j', async (method, path, body, at) => {
    expect(await app.admin(method, path, body)).toMatchObject({ status: 400, body: { errors: [{ path: at }] } });
  });

  it('is for operators alone', async () => {
    const answer = await fetch(`${app.url}/admin/suppressions`);
    expect(answer.status).toBe(401);
  });
});
