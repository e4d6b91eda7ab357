// Schedules over HTTP: changed with PATCH, field by field; and in words, why a subscription runs or does not.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineProcess } from '../../src/scheduler/public.js';
import { createDue, startEndToEnd, type EndToEnd } from './e2e-app.js';

const rollup = defineProcess({
  name: 'rollup',
  schedule: { frequency: 'daily', time: '02:30', timezone: 'Europe/Berlin' },
  run: async () => ({}),
});

let app: EndToEnd;
beforeAll(async () => {
  app = await startEndToEnd({ processes: [rollup] });
});
afterAll(() => app.close());

type Json = Record<string, unknown>;
const patch = async (path: string, schedule: unknown) => {
  const { status, body } = await app.call('PATCH', path, { schedule });
  return { status, schedule: body['schedule'] as Json, errors: body['errors'], next: body['next_run_at'] };
};
const OVER = { frequency: 'daily', starts_on: '2020-01-01', ends_on: '2020-12-31' };

describe('the schedule of a process', () => {
  const path = '/processes/rollup';
  const current = async (): Promise<unknown> => {
    const { items } = (await app.call('GET', '/processes')).body as { items: Json[] };
    return items.find(({ name }) => name === 'rollup')?.['schedule'];
  };

  it('that is over is refused, and the one in force stays', async () => {
    const before = await current();
    const { status, errors } = await patch(path, OVER);
    expect([status, errors]).toEqual([400, [{ path: 'schedule.ends_on', message: expect.any(String) }]]);
    expect(await current()).toEqual(before);
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect((await patch(path, { ...OVER, ends_on: tomorrow })).status).toBe(200);
  });

  it('takes the place of the one before: null is not given', async () => {
    await patch(path, { frequency: 'weekly', day_of_week: 3, spread_s: 60, ends_on: '2090-01-01' });
    const { status, schedule } = await patch(path, { frequency: 'weekly', day_of_week: 3, ends_on: null, cron: null });
    expect(status).toBe(200);
    expect(schedule).not.toHaveProperty('ends_on');
    expect(schedule).toMatchObject({ frequency: 'weekly', day_of_week: 3, spread_s: 0 });
  });

  it('is checked as a whole', async () => {
    for (const [wrong, at] of [
      [{ frequency: 'cron', cron: null }, 'schedule.cron'],
      [{ day_of_week: 3 }, 'schedule.day_of_week'],
      [{ interval: 0 }, 'schedule.interval'],
      [{ zone: null }, 'schedule.zone'],
    ] as const) {
      expect(await patch(path, wrong)).toMatchObject({ status: 400, errors: [{ path: at }] });
    }
  });
});

describe('the schedule of a subscription', () => {
  const create = async (schedule: object): Promise<string> => {
    const { body } = await app.call('POST', '/subscriptions', { user_id: 'u', schedule });
    return `/subscriptions/${String(body['id'])}`;
  };

  it('keeps what is not given, and loses what is null', async () => {
    const path = await create({
      frequency: 'monthly',
      day_of_month: 31,
      time: '08:00',
      timezone: 'Asia/Tokyo',
      ends_on: '2090-01-01',
      spread_s: 60,
    });
    const without = await patch(path, { ends_on: null, spread_s: null });
    expect(without.schedule).toMatchObject({ frequency: 'monthly', day_of_month: 31, time: '08:00', spread_s: 0 });
    expect(without.schedule).not.toHaveProperty('ends_on');
    expect((await patch(path, { day_of_month: 5 })).schedule).toMatchObject({ day_of_month: 5, time: '08:00' });
    expect((await patch(path, { time: null, timezone: null })).schedule).toMatchObject({
      time: '09:00',
      timezone: 'UTC',
    });
    expect((await patch(path, { frequency: null })).schedule).toMatchObject({ frequency: 'daily', time: '09:00' });
    const [row] = (
      await app.database.pool.query(`SELECT schedule FROM subscriptions WHERE id::text = '${path.slice(15)}'`)
    ).rows as { schedule: unknown }[];
    expect(row?.schedule).toBeNull();
  });

  it('is checked as it will be stored', async () => {
    const path = await create({ frequency: 'cron', cron: '0 9 * * 1' });
    expect(await patch(path, { cron: null })).toMatchObject({ status: 400, errors: [{ path: 'schedule.cron' }] });
    expect(await patch(path, { day_of_month: 3 })).toMatchObject({
      status: 400,
      errors: [{ path: 'schedule.day_of_month' }],
    });
    expect(await patch(path, { interval: 'x' })).toMatchObject({
      status: 400,
      errors: [{ path: 'schedule.interval' }],
    });
    expect(await patch(path, null)).toMatchObject({ status: 400, errors: [{ path: 'schedule' }] });
    expect((await patch(path, { frequency: 'daily', cron: null })).schedule).toMatchObject({ frequency: 'daily' });
  });

  it('that is over ends it', async () => {
    const path = await create({ frequency: 'daily', time: '07:00' });
    const { status, next } = await patch(path, { ends_on: '2020-01-01' });
    expect([status, next]).toEqual([200, null]);
  });
});

describe('how a subscription stands', () => {
  const AT = String.raw`\d+ [A-Z][a-z]{2}(?: \d{4})? at \d\d:\d\d(?::\d\d)?`;
  const says = (text: string): unknown => expect.stringMatching(new RegExp(`^${text.replaceAll('<at>', AT)}$`));
  const why = async (id: string): Promise<(string | null)[][]> => {
    const { body } = await app.call('GET', `/subscriptions/${id}/why?zone=utc`);
    expect(body['zone']).toBe('UTC');
    return (body['reasons'] as Record<'code' | 'text', string>[]).map(({ code, text }) => [code, text]);
  };
  const create = async (schedule: object = {}): Promise<string> =>
    (await app.call('POST', '/subscriptions', { user_id: 'u', schedule })).body['id'] as string;
  const created = ['last_change', says(String.raw`Last change by hand: ops created it on <at>, .+\.`)];

  it('is told when it is not due, and when somebody paused it', async () => {
    const id = await create();
    expect(await why(id)).toEqual([
      ['next_run', says(String.raw`It runs next in .+, on <at> \(UTC\)\.`)],
      ['not_run_yet', 'It has not run yet.'],
      created,
    ]);
    await app.call('PATCH', `/subscriptions/${id}`, { paused: true });
    const { reasons } = (await app.call('GET', `/subscriptions/${id}/why`)).body as { reasons: object[] };
    expect(reasons[0]).toEqual({
      code: 'paused',
      tone: 'off',
      text: says(String.raw`It does not run: ops paused it on <at>, until it is resumed\.`),
      hint: `Resume it to end the pause (punctual resume subscriptions ${id}).`,
      at: null,
    });
    const { next, past } = (await app.call('GET', `/subscriptions/${id}/timeline?next=2`)).body;
    expect([next, past]).toMatchObject([[{ paused: true }, { paused: true }], []]);
  });

  it('is told when its occurrence died, and when a misfire policy left some out', async () => {
    const dead = await createDue(app);
    app.receiver.answer({ status: 422 });
    await app.call('POST', '/process-subscriptions');
    expect(await why(dead)).toContainEqual([
      'died',
      says('The occurrence of <at> is dead: it failed its only attempt: HTTP_422: returned 422.*'),
    ]);
    const skipped = await create({ time: '09:00', misfire: 'skip' });
    await app.database.pool.query(
      `UPDATE subscription_processing SET next_run_at = date_trunc('day', now(), 'UTC') - interval '87 hours' WHERE subscription_id = $1`,
      [skipped],
    );
    await app.call('POST', '/process-subscriptions');
    const rule = String.raw`\(misfire policy skip\)\.`;
    expect(await why(skipped)).toContainEqual([
      'skipped',
      says(`[345] occurrences from <at> to <at> did not run: nothing ran then, and it was too late afterwards ${rule}`),
    ]);
    const { past } = (await app.call('GET', `/subscriptions/${skipped}/timeline`)).body;
    expect(past).toMatchObject([{ outcome: 'skipped', local: expect.stringMatching(/T09:00:00$/), lateness_ms: null }]);
  });

  it('is told when the receiver is down', async () => {
    const [id = ''] = await Promise.all(Array.from({ length: 12 }, () => createDue(app)));
    app.receiver.answer({ status: 500 });
    await app.call('POST', '/process-subscriptions');
    const fails = 'The receiver fails: the circuit breaker "subscription-worker" has been open since <at>, ';
    const reasons = await why(id);
    expect(reasons[0]).toEqual(['receiver_down', says(String.raw`${fails}(now|.+ ago)\.`)]);
    const calls = String.raw`1\d of 1\d calls failed \(HTTP_500\)\.`;
    const [, failed] = reasons.find(([code]) => code === 'receiver_failed') ?? [];
    expect(failed).toEqual(
      says(String.raw`The receiver 127\.0\.0\.1:\d+ failed (on <at>|from <at> to <at>): ${calls}`),
    );
  });
});
