// What recipients have asked for, from the stored notification through its real job to a real SMTP server, or not to it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { smtp, type NotificationInput } from '../../../../src/modules/notifications/index.js';
import { createJobsApi } from '../../../../src/routes/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { waitFor } from '../../../support/wait-for.js';
import { startNotifier, type NotifierKit } from '../support.js';

const HOUR_MS = 3_600_000;
let database: TestDatabase;
let mailServer: MailServer;
let kit: NotifierKit;
let api: RunningServer;

beforeAll(async () => {
  database = await createTestDatabase();
  mailServer = await startMailServer();
  kit = await startNotifier(database, { transport: smtp(mailServer.url, { name: 'relay' }) });
  const authenticateUser = (request: express.Request) => {
    const userId = request.get('x-user') ?? '';
    return { name: userId, userId, workspaceId: null };
  };
  const { router } = createJobsApi(kit.scheduler, { authenticateUser, workerTokens: [], environment: 'test' });
  api = await startServer(express().use('/api/jobs', router));
});
afterAll(async () => {
  await api.close();
  await kit.stop();
  await mailServer.close();
  await database.close();
});

const sql = async <R>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await database.db.query(text, values)).rows as R[];

let people = 0;
interface Person {
  readonly id: string;
  readonly email: string;
}
/** A recipient of user `ada` with an address of its own; `columns` are what it has asked for. */
async function recipient(columns: Readonly<Record<string, unknown>> = {}): Promise<Person> {
  const email = `person${(people += 1)}@example.com`;
  const row = { user_id: 'ada', email, ...columns };
  const places = Object.keys(row).map((_name, index) => `$${index + 1}`);
  const [stored] = await sql<{ id: string }>(
    `INSERT INTO {schema}.recipients (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')}) RETURNING id`,
    Object.values(row),
  );
  return { id: stored?.id ?? '', email };
}
const mailsTo = (email: string): number =>
  mailServer.mails.filter(({ to }) => [to].flat()[0]?.value[0]?.address === email).length;
const send = async ({ id: recipientId }: Person, more: Partial<NotificationInput> = {}) =>
  kit.notifier.send({ recipientId, type: 'immediate', ...more });
/** Another mail goes the whole way: whatever was to be sent before it has been sent. */
async function passAnother(): Promise<void> {
  const { id } = await send(await recipient());
  await kit.until(id, 'sent');
}

const clock = (at: Date): string => at.toISOString().slice(11, 16);
/** Quiet since an hour ago, for two more; ends on a whole minute. */
function quietNow(): { readonly quiet_hours: string; readonly timezone: string; readonly end: Date } {
  const end = new Date(Math.floor((Date.now() + 2 * HOUR_MS) / 60_000) * 60_000);
  const daily = [[clock(new Date(end.getTime() - 3 * HOUR_MS)), clock(end)]];
  return { quiet_hours: JSON.stringify({ daily }), timezone: 'UTC', end };
}
const muted = () => new Date(Date.now() + HOUR_MS);

describe('a mail is not sent', () => {
  it.each([
    ['to a recipient who is muted', { muted_until: muted() }, /^the recipient is muted until 20/],
    [
      'in a category that its recipient has switched off',
      { preferences: { categories: { immediate: { email: false } } } },
      /^the recipient has switched off immediate by email$/,
    ],
  ])('%s', async (_, asked, reason) => {
    const person = await recipient(asked);
    const { id, outcome } = await send(person);
    expect(outcome).toBe('queued');
    const error = expect.stringMatching(reason);
    expect(await kit.until(id, 'cancelled')).toMatchObject({ attempts: 0, error, processed_at: expect.any(Date) });
    expect(await kit.log(id)).toMatchObject([{ attempt: 0, status: 'cancelled', transport: null, error }]);
    const jobStatus = async () => (await sql('SELECT status FROM {schema}.jobs WHERE id = $1', [id]))[0];
    await waitFor(async () => ((await jobStatus()) as { status: string }).status === 'cancelled');
    expect(mailsTo(person.email)).toBe(0);
  });

  it('to an address that came on the suppression list after it was stored', async () => {
    const person = await recipient();
    const { id, outcome } = await send(person, { scheduledFor: new Date(Date.now() + HOUR_MS) });
    expect(outcome).toBe('queued');
    await sql(`INSERT INTO {schema}.notification_suppressions (address, reason) VALUES ($1, 'complaint')`, [
      person.email,
    ]);
    await kit.scheduler.queue.admin.reschedule(id, { runAt: new Date() });
    expect(await kit.until(id, 'cancelled')).toMatchObject({ attempts: 0, error: 'suppressed: complaint' });
    expect(await kit.log(id)).toMatchObject([{ attempt: 0, status: 'cancelled', error: 'suppressed: complaint' }]);
    expect(mailsTo(person.email)).toBe(0);
  });
});

describe('quiet hours', () => {
  it('hold a mail back until they end, which counts as no attempt', async () => {
    const { end, ...asked } = quietNow();
    const person = await recipient(asked);
    const { id } = await send(person);
    const reason = `quiet hours of the recipient until ${end.toISOString()} (UTC)`;
    await waitFor(async () => (await kit.log(id)).length > 0, { what: 'the delivery log says why it waits' });
    expect(await kit.log(id)).toMatchObject([{ attempt: 0, status: 'delayed', transport: null, error: reason }]);
    expect(await kit.row(id)).toMatchObject({ status: 'pending', attempts: 0, scheduled_for: end });
    const runAt = async () => (await sql<{ run_at: Date }>('SELECT run_at FROM {schema}.jobs WHERE id = $1', [id]))[0];
    await waitFor(async () => ((await runAt())?.run_at.getTime() ?? 0) >= end.getTime() - 1_000, {
      what: 'the job waits for the end of the quiet hours',
    });
    expect(mailsTo(person.email)).toBe(0);

    await sql('UPDATE {schema}.recipients SET quiet_hours = NULL WHERE id = $1', [person.id]);
    await kit.scheduler.queue.admin.reschedule(id, { runAt: new Date() });
    expect(await kit.until(id, 'sent')).toMatchObject({ attempts: 1, error: null });
    expect(mailsTo(person.email)).toBe(1);
  });
});

describe('a mail of the category system', () => {
  it('passes a mute, quiet hours and a category that is switched off', async () => {
    const { end: _end, ...quiet } = quietNow();
    const preferences = { categories: { system: { email: false } } };
    const person = await recipient({ ...quiet, muted_until: muted(), preferences });
    const { id } = await send(person, { type: 'system', templateData: { title: 'Signed in from elsewhere' } });
    expect(await kit.until(id, 'sent')).toMatchObject({ attempts: 1 });
    expect((await kit.log(id)).map(({ status }) => status)).toEqual(['sent']);
    expect(mailsTo(person.email)).toBe(1);
  });

  it('does not pass the suppression list', async () => {
    const person = await recipient();
    await sql(`INSERT INTO {schema}.notification_suppressions (address, reason) VALUES ($1, 'hard_bounce')`, [
      person.email,
    ]);
    const { id, outcome } = await send(person, { type: 'system' });
    expect(outcome).toBe('suppressed');
    expect(await kit.row(id)).toMatchObject({ status: 'cancelled', error: 'suppressed: hard_bounce' });
    await passAnother();
    expect(mailsTo(person.email)).toBe(0);
  });
});

describe('DELETE /api/jobs/:id', () => {
  const remove = async (id: string, user: string) => {
    const response = await fetch(`${api.url}/api/jobs/${id}`, { method: 'DELETE', headers: { 'x-user': user } });
    return { status: response.status, body: await response.json() };
  };

  it('cancels a notification that waits, which is then not sent', async () => {
    const person = await recipient();
    const { id } = await send(person, { scheduledFor: new Date(Date.now() + HOUR_MS) });
    expect((await remove(id, 'eve')).status).toBe(404);
    expect(await remove(id, 'ada')).toMatchObject({
      status: 200,
      body: { job: { id, status: 'cancelled' }, delivery_logs: [{ attempt: 0, status: 'cancelled' }] },
    });
    expect(await kit.row(id)).toMatchObject({ status: 'cancelled', attempts: 0, processed_at: expect.any(Date) });
    expect(await remove(id, 'ada')).toMatchObject({ status: 409, body: { code: 'JOB_NOT_PENDING' } });
    await sql('UPDATE {schema}.jobs SET run_at = now() WHERE id = $1', [id]);
    await passAnother();
    expect(mailsTo(person.email)).toBe(0);
  });
});
