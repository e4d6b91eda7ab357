// What becomes of a mail at a real SMTP server: accepted, refused or put off, with what the server said in the log.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { smtp } from '../../../../src/modules/notifications/index.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startMailServer, type MailServer } from '../../../support/servers/mail-server.js';
import { waitFor } from '../../../support/wait-for.js';
import { startNotifier, type KitOptions, type NotifierKit } from '../support.js';

let database: TestDatabase;
let server: MailServer;
let kit: NotifierKit;
let onRcpt: ((address: string) => Error | undefined) | undefined;

const failure = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
const start = async (options: KitOptions = {}): Promise<NotifierKit> =>
  (kit = await startNotifier(database, { transport: smtp(server.url, { name: 'relay' }), ...options }));

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startMailServer({ onRcptTo: ({ address }, _session, done) => done(onRcpt?.(address)) });
});
afterEach(async () => {
  onRcpt = undefined;
  await kit.stop();
});
afterAll(async () => {
  await server.close();
  await database.close();
});

describe('a mail', () => {
  it('is sent with what it was asked for, and the log has the server’s words', async () => {
    await start({ replyTo: 'help@shop.example', publicUrl: 'https://shop.example/api/' });
    const { id, messageId, outcome } = await kit.notifier.send({
      to: { email: 'ada@example.com', name: 'Ada Ünïcode' },
      type: 'immediate',
      templateData: {
        title: 'Hello',
        body: 'First\n\nSecond',
        action: { label: 'Open', url: 'https://shop.example/o/1' },
      },
      priority: 'urgent',
    });
    expect(outcome).toBe('queued');
    const row = await kit.until(id, 'sent');
    expect(row).toMatchObject({
      attempts: 1,
      transport: 'relay',
      response_code: 250,
      message_id: messageId,
      error: null,
    });
    expect(row.processed_at).toBeInstanceOf(Date);
    expect(await kit.log(id)).toMatchObject([{ attempt: 1, status: 'sent', transport: 'relay', response_code: 250 }]);
    const mail = server.mails.at(-1);
    expect(messageId).toBe(`<${id}@shop.example>`);
    expect(mail).toMatchObject({ messageId, subject: 'Hello' });
    expect(mail?.from?.value).toEqual([{ address: 'no-reply@shop.example', name: 'Shop' }]);
    expect([mail?.to].flat()[0]?.value).toEqual([{ address: 'ada@example.com', name: 'Ada Ünïcode' }]);
    expect(mail?.replyTo?.value[0]?.address).toBe('help@shop.example');
    expect(mail?.text).toContain('First\n\nSecond\n\nOpen (https://shop.example/o/1)');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(server.sources.at(-1)).toMatch(
      /^List-Unsubscribe: ?\r?\n? <?https:\/\/shop\.example\/api\/notifications\/unsubscribe\//m,
    );
    expect(server.sources.at(-1)).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
  });

  it('of a critical category has no link for unsubscribing', async () => {
    await start({ publicUrl: 'https://shop.example/api' });
    const { id } = await kit.notifier.send({ to: 'ada@example.com', type: 'dunning' });
    await kit.until(id, 'sent');
    expect(server.sources.at(-1)).not.toMatch(/unsubscribe/i);
    expect(server.mails.at(-1)?.subject).toBe('Your payment needs attention');
  });

  it('that an unknown user refuses has failed, and the address is sent nothing more', async () => {
    onRcpt = () => failure(550, '5.1.1 no such user');
    await start();
    const { id } = await kit.notifier.send({ to: 'Nobody@Bücher.example', type: 'immediate' });
    expect(await kit.until(id, 'failed')).toMatchObject({ attempts: 1, response_code: 550 });
    expect(await kit.log(id)).toMatchObject([{ status: 'failed', response: expect.stringContaining('no such user') }]);
    const { rows } = await database.db.query('SELECT address, reason, source FROM {schema}.notification_suppressions');
    expect(rows).toEqual([{ address: 'nobody@xn--bcher-kva.example', reason: 'unknown_address', source: 'relay' }]);
    onRcpt = undefined;
    const again = await kit.notifier.send({ to: 'nobody@bücher.example', type: 'system' });
    expect(again.outcome).toBe('suppressed');
    expect(await kit.row(again.id)).toMatchObject({ status: 'cancelled', error: 'suppressed: unknown_address' });
    expect(await kit.log(again.id)).toMatchObject([
      { attempt: 0, status: 'cancelled', error: 'suppressed: unknown_address' },
    ]);
  });

  it('that is greylisted is tried again with the same Message-ID', async () => {
    let tries = 0;
    onRcpt = () => ((tries += 1) < 3 ? failure(450, '4.7.1 greylisted, come back later') : undefined);
    await start();
    const { id, messageId } = await kit.notifier.send({ to: 'ada@example.com', type: 'immediate' });
    expect(await kit.until(id, 'sent')).toMatchObject({ attempts: 3 });
    expect((await kit.log(id)).map(({ attempt, status, response_code }) => [attempt, status, response_code])).toEqual([
      [1, 'deferred', 450],
      [2, 'deferred', 450],
      [3, 'sent', 250],
    ]);
    expect(server.mails.at(-1)?.messageId).toBe(messageId);
  });

  it('that is put off three times has failed', async () => {
    onRcpt = () => failure(451, '4.3.0 try later');
    await start();
    const { id } = await kit.notifier.send({ to: 'ada@example.com', type: 'immediate' });
    expect(await kit.until(id, 'failed')).toMatchObject({ attempts: 3, response_code: 451 });
    expect((await kit.log(id)).map(({ status }) => status)).toEqual(['deferred', 'deferred', 'failed']);
    await waitFor(async () => (await kit.scheduler.queue.admin.get(id)).status === 'dead');
  });
});

describe('a notification that is not sent', () => {
  it('ends with its job when an operator cancels that', async () => {
    await start();
    const { id } = await kit.notifier.send({
      to: 'ada@example.com',
      type: 'immediate',
      scheduledFor: new Date(Date.now() + 60_000),
    });
    await kit.scheduler.queue.admin.cancel(id, { by: { name: 'ops' } });
    expect(await kit.row(id)).toMatchObject({ status: 'cancelled' });
    expect(await kit.log(id)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('is cancelled when its recipient is gone or has no address', async () => {
    await start();
    const gone = await kit.notifier.send({ recipientId: '0190a0a0-0000-7000-8000-000000000009', type: 'immediate' });
    expect(await kit.until(gone.id, 'cancelled')).toMatchObject({ error: 'the recipient does not exist' });
    const { rows } = await database.db.query(
      `INSERT INTO {schema}.recipients (name) VALUES ('Ada') RETURNING id::text`,
    );
    const bare = await kit.notifier.send({ recipientId: (rows[0] as { id: string }).id, type: 'immediate' });
    expect(await kit.until(bare.id, 'failed')).toMatchObject({ error: 'the recipient has no mail address' });
  });

  it('goes to what the recipient’s row says', async () => {
    await start();
    const { rows } = await database.db.query(
      `INSERT INTO {schema}.recipients (name, email, user_id) VALUES ('Bea', 'bea@example.com', 'u1') RETURNING id::text`,
    );
    const { id } = await kit.notifier.send({ recipientId: (rows[0] as { id: string }).id, type: 'immediate' });
    expect(await kit.until(id, 'sent')).toMatchObject({ to_address: 'bea@example.com', user_id: 'u1' });
    expect([server.mails.at(-1)?.to].flat()[0]?.value).toEqual([{ address: 'bea@example.com', name: 'Bea' }]);
  });
});
