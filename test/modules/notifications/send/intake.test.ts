// What is decided about a request: once for each idempotency key, and one message to each address, however it is written.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPeopleApp, type Answer, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
beforeAll(async () => void (app = await startPeopleApp()));
afterAll(() => app.close());

const post = (path: string, body: object, key?: string): Promise<Answer> =>
  app.call('POST', `/notifications/${path}`, body, {
    as: 'ada',
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
const pathsOf = ({ body }: Answer): string[] => (body['errors'] as { path: string }[]).map(({ path }) => path);

describe('a repeated idempotency key', () => {
  it('returns the first result even if the recipient was deleted since', async () => {
    const [row] = await app.sql<{ id: string }>(
      `INSERT INTO {schema}.recipients (user_id, email) VALUES ('ada', 'r@example.com') RETURNING id`,
    );
    const recipient = { recipient_id: row?.id };
    const requests = [
      ['send-email', { ...recipient, type: 'immediate' }],
      ['send-bulk', { type: 'immediate', recipients: [recipient] }],
    ] as const;
    const ask = () => Promise.all(requests.map(([path, body]) => post(path, body, 'gone')));
    const first = await ask();
    expect(first.map(({ status }) => status)).toEqual([202, 202]);
    await app.sql('DELETE FROM {schema}.recipients');
    expect((await ask()).map(({ status, body }) => ({ status, body }))).toEqual(
      first.map(({ status, body }) => ({ status, body })),
    );
    expect(await app.sql('SELECT FROM {schema}.notifications')).toHaveLength(2);
  });

  it('may be used again after a request that was refused', async () => {
    const wrong = { recipient_id: 'nobody', type: 'immediate' };
    expect(pathsOf(await post('send-email', wrong, 'refused'))).toEqual(['recipient_id']);
    expect((await post('send-email', { to: 'a@example.com', type: 'system' }, 'refused')).status).toBe(202);
  });
});

it('an address in two spellings gets the same message once', async () => {
  const recipients = ['kontakt@bücher.example', 'Kontakt@xn--bcher-kva.example'].map((to) => ({ to }));
  expect((await post('send-bulk', { type: 'immediate', recipients })).body).toMatchObject({
    ...{ accepted: 1, duplicates: 1 },
  });
});

it('an address on the suppression list is suppressed in every spelling, given or of a recipient', async () => {
  await app.admin('POST', '/suppressions', { address: 'Info@Straße.example' });
  await app.admin('POST', '/suppressions', { address: '+49 151 1234567', delivery_method: 'sms' });
  const [row] = await app.sql<{ id: string }>(
    `INSERT INTO {schema}.recipients (user_id, email, phone) VALUES ('ada', 'INFO@STRA\u00dfE.example', '+49 (151) 123-4567')
     RETURNING id`,
  );
  const recipients = [
    { to: 'info@xn--strae-oqa.example' },
    { to: 'info@straße.EXAMPLE', templateData: { title: 'another' } },
    { recipient_id: row?.id },
  ];
  expect((await post('send-bulk', { type: 'immediate', recipients })).body).toMatchObject({
    ...{ accepted: 0, duplicates: 0, suppressed: 3 },
  });
});
