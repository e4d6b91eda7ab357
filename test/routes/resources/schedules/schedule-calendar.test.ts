// The schedule lab over HTTP: in the notation of the API, for viewers too, and nonsense refused by its path.
import { describe, expect, it } from '@jest/globals';
import { createAdminApp } from '../../admin-app.js';

const { as } = createAdminApp();
const viewer = createAdminApp({ tokens: undefined as never, authenticate: () => ({ name: 'vera', role: 'viewer' }) });

const post = async (
  path: string,
  body: object,
  app = as,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await app('post', path).send(body);
  return { status: response.status, body: response.body as Record<string, unknown> };
};
const newYork = { frequency: 'daily', time: '02:30', timezone: 'america/new_york' };

describe('POST /admin/schedules/calendar', () => {
  it('lists local days with occurrences and the change of clock', async () => {
    const { status, body } = await post('/schedules/calendar', {
      schedule: newYork,
      from: '2026-03-08',
      to: '2026-03-08',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      zone: 'America/New_York',
      days: [
        {
          date: '2026-03-08',
          occurrences: [
            {
              at: '2026-03-08T07:30:00.000Z',
              local: '2026-03-08T03:30:00',
              utc_offset: '-04:00',
              notes: ['gap_shifted'],
            },
          ],
          clock_change: { at: '2026-03-08T07:00:00.000Z', jump_minutes: 60 },
        },
      ],
      total: 1,
      truncated: false,
      description: expect.stringContaining('New York time'),
      tz_version: process.versions.tz,
    });
  });

  it('takes what is left open from now, or from the anchor', async () => {
    const open = { schedule: { frequency: 'weekly' }, from: '2026-03-02', to: '2026-03-08' };
    const { body } = await post('/schedules/calendar', { ...open, anchor: '2026-01-06T12:00:00Z' });
    expect(body).toMatchObject({
      days: [{ date: '2026-03-03' }],
      description: expect.stringContaining('every Tuesday'),
    });
    expect((await post('/schedules/calendar', open)).body).toMatchObject({ total: 1 });
  });

  it('is for viewers too', async () => {
    const body = { schedule: {}, from: '2026-03-08', to: '2026-03-09' };
    expect((await post('/schedules/calendar', body, viewer.as)).status).toBe(200);
    expect((await post('/schedules/compare', body, viewer.as)).status).toBe(200);
  });
});

describe('POST /admin/schedules/compare', () => {
  it('lists the days that differ, by value', async () => {
    const { status, body } = await post('/schedules/compare', {
      schedule: newYork,
      from: '2026-01-01',
      to: '2026-12-31',
    });
    expect([status, body['truncated'], body['zone']]).toEqual([200, false, 'America/New_York']);
    expect((body['policies'] as unknown[])[0]).toEqual({
      field: 'dst_gap',
      current: 'shift',
      values: ['shift', 'skip'],
      days: [
        {
          date: '2026-03-08',
          by_value: {
            shift: [expect.objectContaining({ at: '2026-03-08T07:30:00.000Z' })],
            skip: [{ at: null, local: '2026-03-08T02:30:00', utc_offset: null, notes: ['gap_skipped'] }],
          },
        },
      ],
    });
  });
});

describe.each(['/schedules/calendar', '/schedules/compare'])('POST /admin%s', (path) => {
  const range = { from: '2026-03-08', to: '2026-03-09' };

  it.each([
    [{ ...range }, 'schedule'],
    [{ schedule: {}, from: '2026-03-08' }, 'to'],
    [{ schedule: {}, ...range, from: '8 March' }, 'from'],
    [{ schedule: {}, ...range, from: '2026-02-29' }, 'from'],
    [{ schedule: {}, ...range, to: '2026-03-07' }, 'to'],
    [{ schedule: {}, ...range, to: '2027-06-01' }, 'to'],
    [{ schedule: { timezone: 'Mars/Base' }, ...range }, 'schedule.timezone'],
    [{ schedule: {}, ...range, anchor: 'now' }, 'anchor'],
    [{ schedule: {}, ...range, days: 3 }, 'days'],
    [{ schedule: {}, ...range, max_occurrences: 0 }, 'max_occurrences'],
  ])('refuses %j', async (body, at) => {
    const { status, body: problem } = await post(path, body);
    expect([status, problem['errors']]).toEqual([400, [{ path: at, message: expect.any(String) }]]);
  });

  it('refuses a schedule that can never fire', async () => {
    const schedule = { frequency: 'yearly', month: 2, day_of_month: 30, month_end: 'skip' };
    const { status, body } = await post(path, { schedule, ...range });
    expect([status, body['errors']]).toEqual([
      400,
      [{ path: expect.stringMatching(/^schedule\./), message: expect.stringContaining('never fire') }],
    ]);
  });
});
