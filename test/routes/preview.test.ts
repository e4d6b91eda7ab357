// POST /admin/schedules/preview: what is sent is what fires, in the notation of the API.
import { describe, expect, it } from '@jest/globals';
import { createAdminApp } from './admin-app.js';

const { as } = createAdminApp();
const preview = async (body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await as('post', '/schedules/preview').send(body);
  return { status: response.status, body: response.body as Record<string, unknown> };
};

describe('POST /admin/schedules/preview', () => {
  it('tells each occurrence with its local time and what a policy did to it', async () => {
    const schedule = { frequency: 'daily', time: '02:30', timezone: 'America/New_York' };
    const { status, body } = await preview({ schedule, after: '2026-03-07T12:00:00-05:00', count: 2 });
    expect(status).toBe(200);
    expect(body['occurrences']).toEqual([
      { at: '2026-03-08T07:30:00.000Z', local: '2026-03-08T03:30:00', utc_offset: '-04:00', notes: ['gap_shifted'] },
      { at: '2026-03-09T06:30:00.000Z', local: '2026-03-09T02:30:00', utc_offset: '-04:00', notes: [] },
    ]);
    expect(body).toEqual({
      occurrences: expect.any(Array),
      description: expect.stringContaining('02:30'),
      tz_version: process.versions.tz,
    });
  });

  it('lists what was left out beyond the count', async () => {
    const schedule = { frequency: 'monthly', day_of_month: 31, month_end: 'skip', timezone: 'UTC' };
    const { body } = await preview({ schedule, after: '2026-01-01T00:00:00Z', count: 2 });
    expect(body['occurrences']).toMatchObject([
      { at: '2026-01-31T09:00:00.000Z', notes: [] },
      { at: null, utc_offset: null, notes: ['month_end_skipped'] },
      { at: '2026-03-31T09:00:00.000Z', notes: [] },
    ]);
  });

  it('answers ten from now on when not told otherwise, a thousand at most', async () => {
    expect((await preview({ schedule: {} })).body['occurrences']).toHaveLength(10);
    expect((await preview({ schedule: {}, count: 1_000 })).body['occurrences']).toHaveLength(1_000);
  });

  it.each([
    [{ schedule: {}, count: 1.5 }, 'count', /whole number from 1 to 1000/],
    [{ schedule: {}, count: 1_001 }, 'count', /whole number from 1 to 1000/],
    [{ schedule: {}, count: null }, 'count', /whole number from 1 to 1000/],
    [{ schedule: {}, after: '2026-03-08' }, 'after', /must be a time such as 2026-03-08T07:30:00Z/],
    [{ schedule: {}, after: 1_772_955_000 }, 'after', /must be a time such as/],
    [
      { schedule: { frequency: 'weekly', dayOfWeek: 1 } },
      'schedule.day_of_week',
      /unknown field dayOfWeek.*snake_case/,
    ],
    [{ schedule: { ends_on: '2026-01-02' }, after: '2026-02-01T00:00:00Z' }, 'schedule.ends_on', /from then on/],
  ])('refuses %j and says what may stand there', async (body, path, message) => {
    const answer = await preview(body);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('refuses what can never fire', async () => {
    const schedule = { frequency: 'yearly', month: 2, day_of_month: 30, month_end: 'skip' };
    const { status, body } = await preview({ schedule });
    expect([status, body['code']]).toEqual([400, expect.stringMatching(/^INVALID_/)]);
    expect(body['errors']).toEqual([expect.objectContaining({ path: expect.stringMatching(/^schedule\./) })]);
  });
});
