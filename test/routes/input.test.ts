// Bad input: 400 with the path of the field, whatever part of the request it is in, and nothing is asked of the scheduler.
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { validateField } from '../../src/routes/kit/validate.js';
import { createAdminApp } from './admin-app.js';
import { RUN_ID, SUBSCRIPTION_ID } from './fake-scheduler.js';

type Method = 'get' | 'post' | 'patch';
const { as, asked, scheduler } = createAdminApp();

async function pathsOf(
  method: Method,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<string[]> {
  const response = await as(method, path)
    .set(headers)
    .send(body as object | undefined);
  expect([response.status, response.type]).toEqual([400, 'application/problem+json']);
  expect(response.body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
  const errors = (response.body as { errors: { path: string; message: string }[] }).errors;
  expect(errors.every(({ message }) => message.length > 0)).toBe(true);
  expect(scheduler.calls).toEqual([]);
  return errors.map((error) => error.path);
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a body', () => {
  const trigger = '/process-subscriptions';
  const preview = '/schedules/preview';
  it.each<[string, string, unknown, string[]]>([
    ['a negative limit', trigger, { limit: -1 }, ['limit']],
    ['a limit of 0', trigger, { limit: 0 }, ['limit']],
    ['half a row', trigger, { limit: 1.5 }, ['limit']],
    ['a bad uuid', trigger, { subscription_ids: [SUBSCRIPTION_ID, 'nonsense'] }, ['subscription_ids.1']],
    ['no uuid', trigger, { subscription_ids: [] }, ['subscription_ids']],
    ['an unknown field', trigger, { limitt: 5, dryrun: true }, ['limitt', 'dryrun']],
    ['force without a filter', trigger, { force: true, limit: 5 }, ['force']],
    ['a string for a boolean', trigger, { dry_run: 'yes' }, ['dry_run']],
    ['an array', trigger, [], ['body']],
    ['null', trigger, 'null', ['body']],
    ['an unknown zone', preview, { schedule: { timezone: 'Mars/Base' } }, ['schedule.timezone']],
    ['an impossible cron', preview, { schedule: { frequency: 'cron', cron: '61 * * * *' } }, ['schedule.cron']],
    ['day 32', preview, { schedule: { frequency: 'monthly', day_of_month: 32 } }, ['schedule.day_of_month']],
    ['an unknown field of a schedule', preview, { schedule: { zone: 'UTC' } }, ['schedule.zone']],
    ['no schedule', preview, {}, ['schedule']],
    ['too large a count', preview, { schedule: {}, count: 1_001 }, ['count']],
    ['a time without an offset', preview, { schedule: {}, after: '2026-01-01T00:00:00' }, ['after']],
    ['no such day', preview, { schedule: {}, after: '2026-02-30T00:00:00Z' }, ['after']],
    ['no user', '/subscriptions', { schedule: {} }, ['user_id']],
    ['a bad schedule', '/subscriptions', { user_id: 'u', schedule: { time: '25:00' } }, ['schedule.time']],
    ['a bulk action without a filter', '/subscriptions/pause', { dry_run: true }, ['body']],
    ['a bulk action with an unknown status', '/subscriptions/resume', { status: 'dead' }, ['status']],
    ['a character that cannot be kept', '/subscriptions', { user_id: 'a\0b' }, ['user_id']],
    [
      'the same deeper down',
      '/subscriptions',
      { user_id: 'u', metadata: { list: [{ 'a\0': 1 }] } },
      ['metadata.list.0'],
    ],
    ['half of a surrogate pair', '/subscriptions', '{"user_id":"u","metadata":{"a":["\\ud800"]}}', ['metadata.a.0']],
    ['the same as a name', '/subscriptions', '{"user_id":"u","metadata":{"\\udc00":1}}', ['metadata']],
    ['more brackets than sense', '/subscriptions', `{"user_id":"u","metadata":${nested(5_000)}}`, ['metadata']],
    ['a body where none is taken', `/runs/${RUN_ID}/cancel`, { now: true }, ['body']],
  ])('with %s is refused', async (_what, path, body, paths) => {
    expect(
      await pathsOf('post', path, body, typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
    ).toEqual(paths);
  });

  it.each<[string, string, unknown, string[]]>([
    ['nothing', '/processes/rollup', {}, ['body']],
    ['a bad schedule', '/processes/rollup', { schedule: { interval: 0 } }, ['schedule.interval']],
    ['a bad time', '/processes/rollup', { paused_until: 'tomorrow' }, ['paused_until']],
    ['two ways to pause', `/subscriptions/${SUBSCRIPTION_ID}`, { paused: true, paused_until: null }, ['paused']],
    ['nothing', `/subscriptions/${SUBSCRIPTION_ID}`, {}, ['body']],
  ])('of a change with %s is refused', async (_what, path, body, paths) => {
    expect(await pathsOf('patch', path, body)).toEqual(paths);
  });

  it('that is broken JSON is refused, whatever it calls itself', async () => {
    expect(
      await pathsOf('post', '/process-subscriptions', '{"limit": 1', { 'Content-Type': 'application/json' }),
    ).toEqual(['body']);
    expect(
      await pathsOf('post', '/process-subscriptions', 'limit=1', {
        'Content-Type': 'application/x-www-form-urlencoded',
      }),
    ).toEqual(['body']);
  });

  it('over the limit is refused', async () => {
    expect(await pathsOf('post', '/process-subscriptions', { user_id: 'x'.repeat(300_000) })).toEqual(['body']);
  });

  it('with long unknown names gets a short reply', async () => {
    const names = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}${'n'.repeat(500)}`, 1]));
    const { text } = await as('post', '/process-subscriptions').send(names).expect(400);
    expect(text.length).toBeLessThan(60_000);
  });

  it('with sixty thousand wrong entries is told of the first hundred', async () => {
    const events = Array.from({ length: 60_000 }, () => 'x');
    const schema = z.strictObject({ events: z.array(z.enum(['a', 'b'])) });
    const path = (index: number): string => `body.events.${index}`;
    expect(() => validateField(schema, { events }, 'body')).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/^body\.events\.0: .*; only the first 100 errors are listed$/),
        details: expect.objectContaining({
          errors: Array.from({ length: 100 }, (_, index) => expect.objectContaining({ path: path(index) })),
        }),
      }),
    );
    const { text } = await as('post', '/process-subscriptions').send({ subscription_ids: events }).expect(400);
    expect(text.length).toBeLessThan(60_000);
  });

  it('is JSON whatever its content type says', async () => {
    await as('post', '/process-subscriptions').set('Content-Type', 'text/plain').send('{"limit":7}').expect(200);
    expect(asked('begin')?.[1]).toMatchObject({ input: { limit: 7 } });
    scheduler.calls.length = 0;
  });
});

describe('a path, a query, a header', () => {
  it.each<[Method, string, string[], Record<string, string>?]>([
    ['get', '/runs/nonsense', ['id']],
    ['get', '/subscriptions/7d9f2c1e', ['id']],
    ['get', '/runs?limit=-1', ['limit']],
    ['get', '/runs?limit=201', ['limit']],
    ['get', '/runs?limit=1&limit=2', ['limit']],
    ['get', '/runs?status=done&since=yesterday', ['status', 'since']],
    ['get', '/runs?cursor=', ['cursor']],
    ['get', '/runs?colour=red', ['colour']],
    ['get', '/audit?actor=%00', ['actor']],
    ['get', '/subscriptions?sort=name', ['sort']],
    ['get', '/subscriptions?due=1', ['due']],
    ['get', `/subscriptions/${SUBSCRIPTION_ID}/why?zone=Mars/Olympus`, ['zone']],
    ['get', '/subscriptions/nonsense/why', ['id']],
    ['get', `/subscriptions/${SUBSCRIPTION_ID}/timeline?past_days=0&next=101&zone=UTC`, ['past_days', 'next', 'zone']],
    ['get', '/forecast?hours=0&bucket=1w', ['hours', 'bucket']],
    ['get', '/forecast?hours=744&bucket=1m', ['bucket']],
    ['get', '/forecast?zone=Mars/Olympus', ['zone']],
    ['get', '/stats?days=1000', ['days']],
    ['get', '/search', ['q']],
    ['get', `/search?q=${'x'.repeat(201)}`, ['q']],
    ['get', '/search?q=%20', ['q']],
    ['post', '/processes/..%2Fx/run', ['name']],
    ['post', '/process-subscriptions?dry_run=true&tenant_id=acme', ['dry_run', 'tenant_id']],
    ['post', `/runs/${RUN_ID}/retry-failed?dry_run=true`, ['dry_run']],
    ['post', '/process-subscriptions', ['idempotency-key'], { 'Idempotency-Key': 'two words' }],
  ])('%s %s is refused', async (method, path, paths, headers = {}) => {
    expect(await pathsOf(method, path, undefined, headers)).toEqual(paths);
  });

  it('may hold what nobody asked for where a route only reads', async () => {
    await as('get', '/metrics?at=1').expect(200);
    scheduler.calls.length = 0;
  });

  it('that cannot be decoded is refused', async () => {
    expect(await pathsOf('get', '/runs/%E0%A4%A')).toEqual(['path']);
  });
});
