// Mail servers in every kind of trouble, at every stage: what is retried, what is final, and what is unknown.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { smtp, type SmtpOptions } from '../../../src/modules/notifications/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMailServer } from '../../support/servers/mail-server.js';
import { startRoughSmtp, type RoughSmtp, type Stage } from '../../support/servers/rough-smtp.js';
import { waitFor } from '../../support/wait-for.js';
import { startNotifier, type KitOptions, type NotifierKit } from './support.js';

let database: TestDatabase;
let rough: RoughSmtp;
let kit: NotifierKit;

const QUICK: SmtpOptions = { name: 'rough', connectTimeoutMs: 400, responseTimeoutMs: 400 };
const start = async (options: KitOptions = {}): Promise<NotifierKit> =>
  (kit = await startNotifier(database, { transport: smtp(rough.url, QUICK), ...options }));
const send = async (to = 'ada@example.com') =>
  (await kit.notifier.send({ to, type: 'immediate', templateData: { title: 'Hi' } })).id;
/** Misbehaves this often, then as a server should. */
const times = (count: number, stage: Stage, behaviour: string): void => {
  let left = count;
  rough.behave = (at) => (at === stage && (left -= 1) >= 0 ? behaviour : undefined);
};
const statusesOf = async (id: string) => (await kit.log(id)).map(({ status }) => status);

beforeAll(async () => void (database = await createTestDatabase()));
beforeEach(async () => void (rough = await startRoughSmtp()));
afterEach(async () => {
  await kit.stop();
  await rough.close();
});
afterAll(() => database.close());

describe('a server that puts off', () => {
  it.each<[Stage, string]>([
    ['connect', '421 4.3.2 too many connections'],
    ['ehlo', '421 4.3.0 closing'],
    ['mail', '451 4.3.0 local error'],
    ['rcpt', '450 4.2.0 greylisted'],
    ['data', '452 4.3.1 out of space'],
    ['message', '451 4.7.0 try later'],
  ])('at %s with %j is tried again', async (stage, response) => {
    times(1, stage, response);
    await start();
    const id = await send();
    await kit.until(id, 'sent');
    expect(await statusesOf(id)).toEqual(['deferred', 'sent']);
    expect((await kit.log(id))[0]?.response_code).toBe(Number(response.slice(0, 3)));
  });
});

describe('a server that refuses', () => {
  it.each<[Stage, string]>([
    ['mail', '550 5.7.1 sender refused'],
    ['rcpt', '550 5.7.1 no mail from you'],
    ['data', '554 5.5.1 no valid recipients'],
    ['message', '554 5.6.0 message refused'],
  ])('the message at %s is believed', async (stage, response) => {
    rough.behave = (at) => (at === stage ? response : undefined);
    await start();
    const id = await send();
    expect(await kit.until(id, 'failed')).toMatchObject({ attempts: 1, response_code: Number(response.slice(0, 3)) });
    const { rows } = await database.db.query('SELECT 1 FROM {schema}.notification_suppressions');
    expect(rows).toEqual([]);
  });

  it.each<[Stage, string]>([
    ['connect', '554 5.3.2 no service here'],
    ['ehlo', '550 5.7.1 not you'],
  ])('the session at %s has said nothing about the message: it is tried again', async (stage, response) => {
    rough.behave = (at) => (at === stage ? response : undefined);
    await start();
    const id = await send();
    expect(await kit.until(id, 'failed')).toMatchObject({ attempts: 3 });
    expect(await statusesOf(id)).toEqual(['deferred', 'deferred', 'failed']);
  });
});

describe('a server that falls silent or hangs up', () => {
  it.each<[Stage, string]>([
    ['connect', 'hang'],
    ['rcpt', 'hang'],
    ['data', 'hang'],
    ['mail', 'drop'],
    ['data', 'drop'],
  ])('before the message, at %s (%s), cannot have accepted it', async (stage, behaviour) => {
    times(2, stage, behaviour);
    await start();
    const id = await send();
    await kit.until(id, 'sent');
    const statuses = await statusesOf(id);
    expect(statuses.at(-1)).toBe('sent');
    expect(statuses.slice(0, -1)).toEqual(statuses.slice(0, -1).map(() => 'deferred'));
    expect(rough.messages).toHaveLength(1);
  });

  it.each(['hang', 'drop'])(
    'after the message (%s) may have accepted it: the repeat has the same Message-ID',
    async (behaviour) => {
      times(1, 'message', behaviour);
      await start();
      const id = await send();
      const { message_id } = await kit.until(id, 'sent');
      expect(await statusesOf(id)).toEqual(['unknown', 'sent']);
      expect((await kit.log(id))[0]?.error).toMatch(/lost before the response to the message/);
      const ids = rough.messages.map((message) => /^Message-ID: (.*)$/im.exec(message)?.[1]);
      expect(ids).toEqual([message_id, message_id]);
    },
  );

  it('is not asked a third time for what is unknown: that has failed, and says so', async () => {
    rough.behave = (at) => (at === 'message' ? 'drop' : undefined);
    await start();
    const id = await send();
    expect(await kit.until(id, 'failed')).toMatchObject({ attempts: 3 });
    expect(await statusesOf(id)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('several transports', () => {
  it('are tried in order where it is certain that the first did not accept', async () => {
    const second = await startMailServer();
    rough.behave = (at) => (at === 'connect' ? '421 too many' : undefined);
    await start({ transport: undefined, transports: [smtp(rough.url, QUICK), smtp(second.url, { name: 'second' })] });
    const id = await send();
    expect(await kit.until(id, 'sent')).toMatchObject({ transport: 'second', attempts: 1 });
    await kit.stop();
    await second.close();
  });

  it('are not where the first may have accepted, or has refused', async () => {
    const second = await startMailServer();
    await start({ transport: undefined, transports: [smtp(rough.url, QUICK), smtp(second.url, { name: 'second' })] });
    times(1, 'message', 'drop');
    await kit.until(await send(), 'sent');
    rough.behave = (at) => (at === 'rcpt' ? '550 5.7.1 no' : undefined);
    await kit.until(await send(), 'failed');
    expect(second.mails).toEqual([]);
    await kit.stop();
    await second.close();
  });
});

describe('a breaker', () => {
  it('opens when a server is down, nothing is claimed then, and no attempt is lost; it closes by a probe', async () => {
    let down = true;
    rough.behave = (at) => (down && at === 'connect' ? 'drop' : undefined);
    await start({ retryTableS: [0, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3], concurrency: 5 });
    const ids = await Promise.all(Array.from({ length: 40 }, () => send()));
    const breaker = () => kit.transports()[0];
    await waitFor(() => breaker()?.state !== 'closed');
    const asked = rough.connections;
    expect(asked).toBeLessThan(80);
    down = false;
    for (const id of ids) await kit.until(id, 'sent');
    expect(breaker()?.state).toBe('closed');
    expect(rough.messages).toHaveLength(40);
  });
});

describe('limits', () => {
  it('hold: no more connections at once than asked for, and no more mails a second', async () => {
    let most = 0;
    rough.behave = () => {
      most = Math.max(most, rough.open);
      return undefined;
    };
    await start({ concurrency: 3, ratePerS: 20 });
    const startedMs = performance.now();
    const stored = await kit.notifier.sendMany(
      Array.from({ length: 30 }, (_, n) => ({ to: `u${n}@example.com`, type: 'immediate' })),
    );
    for (const { id } of stored) await kit.until(id, 'sent');
    // 30 at 20 a second, of which 2 may come at once
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
    expect(most).toBeLessThanOrEqual(3);
  });
});
