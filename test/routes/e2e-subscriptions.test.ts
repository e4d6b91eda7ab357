// Subscriptions over HTTP, from the request to the receiver and the ledger.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDue, startEndToEnd, type Answer, type EndToEnd } from './e2e-app.js';

let app: EndToEnd;
beforeAll(async () => {
  app = await startEndToEnd();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.pool.query('DELETE FROM subscriptions');
  app.receiver.answer({});
  app.receiver.calls.length = 0;
});

const resultOf = ({ body }: Answer): Record<string, unknown> => body['result'] as Record<string, unknown>;
const itemsOf = ({ body }: Answer): Record<string, unknown>[] => body['items'] as Record<string, unknown>[];

describe('one subscription', () => {
  const schedule = { frequency: 'weekly', day_of_week: 1, time: '07:30', timezone: 'Asia/Tokyo' };

  it('is created with its first run at its next occurrence', async () => {
    const created = await app.call('POST', '/subscriptions', { user_id: 'u1', tenant_id: 't1', schedule });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ user_id: 'u1', tenant_id: 't1', active: true, status: 'pending', schedule });
    const location = created.headers.get('location') ?? '';
    expect(location).toBe(`/admin/subscriptions/${String(created.body['id'])}`);
    const next = new Date(created.body['next_run_at'] as string);
    const local = next.toLocaleString('en-GB', {
      timeZone: 'Asia/Tokyo',
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
    });
    expect([next > new Date(), local]).toEqual([true, expect.stringMatching(/^Monday.*07:30$/)]);
    expect((await app.call('GET', location.replace('/admin', ''))).body).toEqual(created.body);
  });

  it('takes a new schedule, a pause and its end', async () => {
    const { id } = (await app.call('POST', '/subscriptions', { user_id: 'u' })).body as { id: string };
    const path = `/subscriptions/${id}`;
    const changed = await app.call('PATCH', path, { schedule: { ...schedule, timezone: 'Europe/Paris' } });
    expect(changed.body).toMatchObject({
      schedule: { frequency: 'weekly', timezone: 'Europe/Paris' },
      paused_until: null,
    });
    const until = '2090-01-01T00:00:00.000Z';
    expect((await app.call('PATCH', path, { paused_until: until })).body).toMatchObject({ paused_until: until });
    expect((await app.call('PATCH', path, { paused_until: null })).body).toMatchObject({ paused_until: null });
    expect((await app.call('PATCH', path, { paused: true })).body['paused_until']).not.toBeNull();
    expect((await app.call('PATCH', path, { paused: false, metadata: { a: 1 } })).body).toMatchObject({
      paused_until: null,
      metadata: { a: 1 },
    });
  });

  it('is refused when its schedule can never fire, with the path of the field', async () => {
    const never = { frequency: 'yearly', month: 2, day_of_month: 30, month_end: 'skip' };
    const { status, body } = await app.call('POST', '/subscriptions', { user_id: 'u', schedule: never });
    expect([status, body['errors']]).toEqual([
      400,
      [expect.objectContaining({ path: expect.stringMatching(/^schedule\.(day_of_month|month_end|month)$/) })],
    ]);
  });

  it.each(['', '/why', '/timeline'])('is 404 when there is none: %s', async (look) => {
    const { status, body } = await app.call('GET', `/subscriptions/7d9f2c1e-1111-4222-8333-444455556666${look}`);
    expect([status, body['code']]).toEqual([404, 'SUBSCRIPTION_NOT_FOUND']);
  });

  it('runs now although it is not due, and its next run stays', async () => {
    const { id, next_run_at: next } = (await app.call('POST', '/subscriptions', { user_id: 'u' })).body;
    const run = await app.call('POST', `/subscriptions/${String(id)}/process`);
    expect([run.status, resultOf(run)['successful']]).toEqual([200, 1]);
    expect(app.receiver.calls.map((call) => call.body)).toMatchObject([{ subscriptionId: id, userId: 'u' }]);
    expect((await app.call('GET', `/subscriptions/${String(id)}`)).body).toMatchObject({
      next_run_at: next,
      status: 'completed',
    });
    const ledger = itemsOf(await app.call('GET', `/subscriptions/${String(id)}/runs`));
    expect(ledger).toMatchObject([
      { outcome: 'completed', punctuality: 'on_time', lateness_ms: expect.any(Number), attempts: 1 },
    ]);
    expect(ledger[0]).toMatchObject({ run_id: resultOf(run)['run_id'], count: 1 });
  });
});

describe('the list', () => {
  it('is paged and filtered', async () => {
    for (const tenant_id of ['a', 'a', 'a', 'b']) await app.call('POST', '/subscriptions', { user_id: 'u', tenant_id });
    const first = await app.call('GET', '/subscriptions?tenant_id=a&limit=2&sort=created_at');
    expect([itemsOf(first).length, typeof first.body['next_cursor']]).toEqual([2, 'string']);
    const cursor = encodeURIComponent(first.body['next_cursor'] as string);
    const second = await app.call('GET', `/subscriptions?tenant_id=a&limit=2&sort=created_at&cursor=${cursor}`);
    expect([itemsOf(second).length, second.body['next_cursor']]).toEqual([1, null]);
    const ids = [...itemsOf(first), ...itemsOf(second)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    const due = await createDue(app);
    expect(itemsOf(await app.call('GET', '/subscriptions?due=true')).map(({ id }) => id)).toEqual([due]);
  });

  it('refuses a cursor that it did not give out', async () => {
    const { status, body } = await app.call('GET', '/subscriptions?cursor=eyJ4IjoxfQ');
    expect([status, body['errors']]).toEqual([400, [expect.objectContaining({ path: 'cursor' })]]);
  });

  it('is paused and resumed in bulk', async () => {
    for (const tenant_id of ['a', 'a', 'b']) await app.call('POST', '/subscriptions', { user_id: 'u', tenant_id });
    const dry = await app.call('POST', '/subscriptions/pause', { tenant_id: 'a', dry_run: true });
    expect(dry.body).toMatchObject({ matched: 2, dry_run: true });
    const untouched = itemsOf(await app.call('GET', '/subscriptions'));
    expect(untouched.map(({ paused_until: until }) => until)).toEqual([null, null, null]);
    expect((await app.call('POST', '/subscriptions/pause', { tenant_id: 'a' })).body).toMatchObject({ changed: 2 });
    const paused = itemsOf(await app.call('GET', '/subscriptions')).filter(({ paused_until: until }) => until !== null);
    expect(paused.map(({ tenant_id: tenant }) => tenant)).toEqual(['a', 'a']);
    expect((await app.call('POST', '/subscriptions/resume', { tenant_id: 'a' })).body).toMatchObject({ changed: 2 });
  });

  it('is paused and resumed in bulk by what a search finds, which is what the list shows', async () => {
    for (const user_id of ['bulk-1', 'bulk-2', 'other']) {
      await app.call('POST', '/subscriptions', { user_id, tenant_id: user_id === 'other' ? 'bulk-t' : 'solo' });
    }
    expect(itemsOf(await app.call('GET', '/subscriptions?search=bulk'))).toHaveLength(3);
    const pause = (body: object) => app.call('POST', '/subscriptions/pause', body);
    expect((await pause({ search: 'bulk', dry_run: true })).body).toMatchObject({ matched: 3, changed: 3 });
    expect((await pause({ search: 'bulk', tenant_id: 'solo' })).body).toMatchObject({ matched: 2, changed: 2 });
    expect((await pause({ search: 'nobody-begins-so' })).body).toMatchObject({ matched: 0, changed: 0 });
    expect((await pause({ search: '  ' })).body).toMatchObject({ errors: [{ path: 'search' }] });
    expect((await app.call('POST', '/subscriptions/resume', { search: 'bulk' })).body).toMatchObject({ changed: 2 });
  });
});

describe('GET /admin/search', () => {
  const found = async (q: string): Promise<Record<string, unknown>[]> =>
    itemsOf(await app.call('GET', `/search?q=${encodeURIComponent(q)}`));

  it('finds the user of a job, with and without a workspace', async () => {
    const add = `SELECT punctual.add_job('search.users', workspace_id => $2, user_id => $1)`;
    await app.database.pool.query(add, ['yan1', 'w1']);
    await app.database.pool.query(add, ['yan2', null]);
    const users = (await found('yan')).filter(({ kind }) => kind === 'user');
    expect(users.map(({ id }) => id)).toEqual(['yan1', 'yan2']);
  });

  it('finds everything by how it begins, five of a kind, exact matches first', async () => {
    const ids: string[] = [];
    for (const user_id of ['zoe10', 'zoe1', 'zoe11', 'zoe12', 'zoe13', 'zoe14', 'zoe1']) {
      const { body } = await app.call('POST', '/subscriptions', { user_id, tenant_id: 'zoo & co' });
      ids.push(body['id'] as string);
    }
    const users = (await found('zoe1')).filter(({ kind }) => kind === 'user');
    expect(users.map(({ id }) => id)).toEqual(['zoe1', 'zoe10', 'zoe11', 'zoe12', 'zoe13']);
    expect(await found('zoo')).toEqual([
      {
        ...{ kind: 'tenant', id: 'zoo & co', title: 'zoo & co', detail: 'tenant' },
        path: 'subscriptions?tenant_id=zoo%20%26%20co',
      },
    ]);
    const { body } = await app.call('POST', `/subscriptions/${ids[0] ?? ''}/process`);
    const runId = (body['result'] as { run_id: string }).run_id;
    expect(await found(runId)).toMatchObject([{ kind: 'run', detail: 'run of subscriptions, completed' }]);
    const begins = ids[0]?.slice(0, 20) ?? '';
    expect(await found(begins)).toMatchObject([
      { kind: 'subscription', id: ids[0], detail: 'subscription, user zoe10, tenant zoo & co' },
    ]);
    expect((await found('subscriptions'))[0]).toMatchObject({ kind: 'process', path: 'processes/subscriptions' });
    expect(await found('nobody at all')).toEqual([]);
  });
});

describe('POST /admin/process-subscriptions', () => {
  it('processes everything that is due, and says what came of it', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => createDue(app)));
    app.receiver.answer(({ body }) =>
      (body as { subscriptionId: string }).subscriptionId === ids[0] ? { status: 422 } : {},
    );
    const run = await app.call('POST', '/process-subscriptions');
    expect(run.body).toMatchObject({ success: true, message: '12 processed: 11 successful, 1 failed' });
    expect(resultOf(run)).toMatchObject({
      processed: 12,
      successful: 11,
      failed: 1,
      dead: 1,
      lost: 0,
      stopped_early: false,
    });
    expect(resultOf(run)['errors']).toMatchObject([{ id: ids[0], code: 'HTTP_422' }]);
    expect([...app.receiver.repeats().values()]).toEqual(Array.from({ length: 12 }, () => 1));
    const runId = String(resultOf(run)['run_id']);
    expect((await app.call('GET', `/runs/${runId}`)).body).toMatchObject({
      status: 'completed',
      triggered_by: 'ops',
      error_groups: { HTTP_422: 1 },
      counts: { processed: 12 },
    });
    expect(resultOf(await app.call('POST', '/process-subscriptions'))).toMatchObject({ processed: 0 });
  });

  it('refuses ids that the table cannot hold, before any run begins', async () => {
    const before = (await app.call('GET', '/runs?limit=1')).body['items'];
    const reply = await app.call('POST', '/process-subscriptions', { subscription_ids: ['17'] });
    expect([reply.status, reply.body['code']]).toEqual([400, 'INVALID_INPUT']);
    expect(reply.body['errors']).toMatchObject([{ path: 'subscription_ids' }]);
    expect((await app.call('GET', '/runs?limit=1')).body['items']).toEqual(before);
  });

  it('keeps to its filter and its limit, and counts in a dry run', async () => {
    const [one, two] = [await createDue(app, { user_id: 'a' }), await createDue(app, { user_id: 'b' })];
    await createDue(app, { user_id: 'b' });
    const dry = await app.call('POST', '/process-subscriptions', { user_id: 'b', dry_run: true });
    expect([dry.body['message'], resultOf(dry)['due']]).toEqual(['dry run: 2 would be processed', 2]);
    expect(app.receiver.calls).toEqual([]);
    expect(resultOf(await app.call('POST', '/process-subscriptions', { user_id: 'b', limit: 1 }))).toMatchObject({
      processed: 1,
    });
    expect(resultOf(await app.call('POST', '/process-subscriptions', { subscription_ids: [one] }))).toMatchObject({
      processed: 1,
    });
    expect((app.receiver.calls.at(-1)?.body as { subscriptionId: string }).subscriptionId).toBe(one);
    expect(two).not.toBe(one);
  });

  it('is shown with what was asked for in the words in which it was asked, in its run and in the audit log', async () => {
    const asked = { user_id: 'nobody', limit: 3, dry_run: true };
    const runId = String(resultOf(await app.call('POST', '/process-subscriptions', asked))['run_id']);
    const input = { ...asked, force: false };
    expect((await app.call('GET', `/runs/${runId}`)).body).toMatchObject({ input });
    const audit = itemsOf(await app.call('GET', '/audit?action=process.trigger&limit=1'));
    expect(audit[0]).toMatchObject({ details: { input, run_id: runId } });
  });

  it.each([401, 403, 404])(
    'is stopped by a receiver that answers %i, and uses nobody’s attempts up',
    async (status) => {
      const id = await createDue(app);
      app.receiver.answer({ status });
      const run = await app.call('POST', '/process-subscriptions');
      expect([run.status, run.body['success']]).toEqual([200, false]);
      expect(run.body['message']).toContain(String(status));
      expect((await app.call('GET', `/subscriptions/${id}`)).body).toMatchObject({ consecutive_failures: 0 });
      app.receiver.answer({});
      expect(resultOf(await app.call('POST', '/process-subscriptions'))).toMatchObject({ successful: 1 });
    },
  );

  it('answers a repeated key with the first run, and 409 while that one goes on', async () => {
    await createDue(app);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    app.receiver.answer(async () => {
      await held;
      return {};
    });
    const key = { 'Idempotency-Key': `key-${Math.random()}` };
    const first = await app.call('POST', '/process-subscriptions', {}, { ...key, Prefer: 'respond-async' });
    expect([first.status, first.headers.get('location')]).toEqual([202, `/admin/runs/${String(first.body['run_id'])}`]);
    const meanwhile = await app.call('POST', '/process-subscriptions', {}, key);
    expect([meanwhile.status, meanwhile.body['code']]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    release();
    const events = await fetch(`${app.url}${first.headers.get('location') ?? ''}/events`, {
      headers: { Authorization: 'Bearer ops-token' },
    });
    expect(await events.text()).toContain('event: finished');
    const again = await app.call('POST', '/process-subscriptions', {}, key);
    expect(resultOf(again)).toMatchObject({ run_id: first.body['run_id'], successful: 1 });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(app.receiver.calls).toHaveLength(1);
    const other = await app.call('POST', '/process-subscriptions', { limit: 3 }, key);
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
  });
});

describe('what failed', () => {
  it('is tried again by its run', async () => {
    const id = await createDue(app);
    app.receiver.answer({ status: 422 });
    const runId = String(resultOf(await app.call('POST', '/process-subscriptions'))['run_id']);
    app.receiver.answer({});
    const dry = await app.call('POST', `/runs/${runId}/retry-failed`, { dry_run: true });
    expect(resultOf(dry)['due']).toBe(1);
    const retry = await app.call('POST', `/runs/${runId}/retry-failed`, {}, { Prefer: 'wait=60' });
    expect(resultOf(retry)).toMatchObject({ successful: 1 });
    expect(itemsOf(await app.call('GET', `/subscriptions/${id}/runs`))).toMatchObject([{ outcome: 'completed' }]);
    const keys = app.receiver.calls.map(({ headers }) => headers['idempotency-key']);
    expect(keys[1]).toBe(keys[0]);
  });

  it('is retried by when it died', async () => {
    await createDue(app);
    const since = new Date(Date.now() - 60_000).toISOString();
    app.receiver.answer({ status: 422 });
    await app.call('POST', '/process-subscriptions');
    app.receiver.answer({});
    const accepted = await app.call('POST', '/subscriptions/retry', { since });
    expect(accepted.status).toBe(202);
    const none = await app.call('POST', '/subscriptions/retry', { since: '2090-01-01T00:00:00Z', dry_run: true });
    expect(resultOf(none)['due']).toBe(0);
  });
});
