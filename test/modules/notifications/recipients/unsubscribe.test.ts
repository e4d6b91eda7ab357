// One click unsubscribes, looking does not, and a link works for nobody but the one it was made for.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEncryption } from '../../../../src/base/secrets/encryption.js';
import { unsubscribeToken, type UnsubscribeClaim } from '../../../../src/modules/notifications/unsubscribe-token.js';
import { ENCRYPTION_KEY, startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => void (app = await startPeopleApp()));
afterAll(() => app.close());

const token = (claim: Partial<UnsubscribeClaim> = {}, key = ENCRYPTION_KEY): string =>
  unsubscribeToken(createEncryption([key]), {
    ...{ method: 'email', address: 'ada@example.com', category: 'digest', recipientId: null },
    ...claim,
  }) as string;
const path = (of: string): string => `/notifications/unsubscribe/${of}`;
const list = () => app.sql('SELECT address, category, reason FROM {schema}.notification_suppressions ORDER BY 1, 2');

describe('a link for unsubscribing', () => {
  it('changes nothing when it is only looked at', async () => {
    const answer = await app.call('GET', path(token({ address: '<b>@example.com', category: 'a"b' })));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('&lt;b&gt;@example.com');
    expect(answer.text).toMatch(/<form method="post"><button/);
    expect(answer.text).not.toMatch(/<script|<b>|a"b/);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/,
    );
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await list()).toEqual([]);
  });

  it('unsubscribes the address with one click of a mail client, as often as it likes', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (let times = 0; times < 2; times++) {
      const answer = await app.call('POST', path(token()), 'List-Unsubscribe=One-Click', { headers });
      expect(answer).toMatchObject({ status: 200, body: { success: true } });
    }
    expect(await list()).toEqual([{ address: 'ada@example.com', category: 'digest', reason: 'unsubscribe' }]);
  });

  it('answers a browser with a page', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*' };
    const answer = await app.call('POST', path(token({ address: 'bob@example.com' })), '', { headers });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('You are unsubscribed');
  });

  it('switches the category off where the message had a recipient, and nothing else', async () => {
    const [row] = await app.sql<{ id: string }>(
      `INSERT INTO {schema}.recipients (email, preferences) VALUES ('cy@example.com', '{"theme": "dark"}') RETURNING id`,
    );
    const claim = { address: 'cy@example.com', recipientId: row!.id };
    expect((await app.call('POST', path(token(claim)))).status).toBe(200);
    expect((await app.call('POST', path(token(claim)))).status).toBe(200);
    expect(await app.sql('SELECT preferences FROM {schema}.recipients WHERE id = $1', [row!.id])).toEqual([
      { preferences: { theme: 'dark', categories: { digest: { email: false } } } },
    ]);
    expect(await app.sql(`SELECT 1 FROM {schema}.notification_suppressions WHERE address = 'cy@example.com'`)).toEqual(
      [],
    );
  });

  it('lists the address when the recipient is gone', async () => {
    const recipientId = '00000000-0000-4000-8000-000000000000';
    expect((await app.call('POST', path(token({ address: 'dan@example.com', recipientId })))).status).toBe(200);
    expect(
      await app.sql(`SELECT category FROM {schema}.notification_suppressions WHERE address = 'dan@example.com'`),
    ).toEqual([{ category: 'digest' }]);
  });
});

describe('a link that is not ours', () => {
  const forged = (): readonly string[] => {
    const right = token({ address: 'victim@example.com' });
    return [
      `${right.slice(0, -4)}AAAA`,
      right.slice(0, 40),
      `${right}AA`,
      token({ address: 'victim@example.com' }, { id: 'k1', key: Buffer.alloc(32, 8) }),
      token({ address: 'victim@example.com' }, { id: 'other', key: Buffer.alloc(32, 7) }),
      Buffer.from('["email","victim@example.com","digest",null]').toString('base64url'),
      'x',
      '%F0%9F%92%A9',
    ];
  };

  it('changes nothing', async () => {
    for (const one of forged()) {
      expect(await app.call('POST', path(one))).toMatchObject({
        status: 404,
        body: { code: 'UNSUBSCRIBE_LINK_INVALID' },
      });
      const asked = await app.call('GET', path(one), undefined, { headers: { accept: 'text/html' } });
      expect(asked.status).toBe(404);
      expect(asked.text).toContain('not valid');
    }
    expect((await app.call('POST', path('x'.repeat(5_000)))).status).toBe(400);
    expect(
      await app.sql(`SELECT 1 FROM {schema}.notification_suppressions WHERE address = 'victim@example.com'`),
    ).toEqual([]);
  });
});
