// What is no schedule is refused with the field and what may stand there; what is one comes back unchanged.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SchedulerError } from '../../../../src/base/errors.js';
import {
  normalizeSchedule,
  parseSchedule,
  scheduleToJson,
  usesAnchor,
  type ScheduleJson,
} from '../../../../src/scheduler/schedule/index.js';
import { WINDOWS_ZONES } from '../../../../src/scheduler/schedule/zones/windows-zones.js';
import { parsed, preset, seeded, ZONES } from '../support/arbitraries.js';

function refusal(read: () => unknown): { path: string; message: string }[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SchedulerError && error.code === 'INVALID_SCHEDULE') return [...(error.details.errors ?? [])];
    throw error;
  }
  return [];
}

describe('a schedule', () => {
  it('has every default', () => {
    expect(scheduleToJson(parseSchedule({}))).toEqual({
      frequency: 'daily',
      interval: 1,
      time: '09:00',
      timezone: 'UTC',
      dst_gap: 'shift',
      dst_overlap: 'first',
      month_end: 'clamp',
      misfire: 'once',
      misfire_grace_s: 60,
      misfire_cap: 100,
      spread_s: 0,
    });
  });

  it('without a zone takes the default zone', () => {
    expect(parseSchedule({}, { timezone: 'Asia/Tokyo' }).timezone).toBe('Asia/Tokyo');
    expect(parseSchedule({ timezone: 'UTC' }, { timezone: 'Asia/Tokyo' }).timezone).toBe('UTC');
  });

  it('is read back from its JSON unchanged', () => {
    fc.assert(
      fc.property(preset, fc.constantFrom(...ZONES), (json, timezone) => {
        const schedule = parsed({ ...json, timezone });
        if (schedule === null) return;
        expect(parseSchedule(JSON.parse(JSON.stringify(scheduleToJson(schedule))))).toEqual(schedule);
        expect(normalizeSchedule(schedule)).toEqual(schedule);
      }),
      seeded(300),
    );
    const cron = parseSchedule({ frequency: 'cron', cron: '0 9 * * 1', starts_on: '2026-01-01' });
    expect(parseSchedule(scheduleToJson(cron))).toEqual(cron);
  });

  it('takes a zone in any case and spells it as the database does', () => {
    expect(parseSchedule({ timezone: 'america/new_york' }).timezone).toBe('America/New_York');
    expect(parseSchedule({ timezone: 'utc' }).timezone).toBe('UTC');
    const notListed =
      'Asia/Kolkata Europe/Kyiv America/Nuuk America/Argentina/Buenos_Aires America/Port_of_Spain Africa/Dar_es_Salaam ' +
      'Etc/GMT+2 EST5EDT NZ-CHAT America/Knox_IN Chile/EasterIsland GB-Eire';
    for (const name of notListed.split(' ')) {
      const spelled = [name, name.toLowerCase(), name.toUpperCase()].map(
        (timezone) => parseSchedule({ timezone }).timezone,
      );
      expect(spelled).toEqual([name, name, name]);
    }
  });

  it.each(['UTC', 'GMT', 'Etc/GMT+5', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'EST5EDT'])(
    'knows %s',
    (timezone) => {
      expect(refusal(() => parseSchedule({ timezone }))).toEqual([]);
    },
  );

  it.each([
    [{ frequency: 'fortnightly' }, 'frequency', 'one of hourly'],
    [{ interval: 0 }, 'interval', '1 to 10000'],
    [{ interval: 1.5 }, 'interval', 'whole number'],
    [{ interval: '2' }, 'interval', 'whole number'],
    [{ time: '24:00' }, 'time', 'HH:MM'],
    [{ time: '9:00' }, 'time', 'HH:MM'],
    [{ time: 900 }, 'time', 'HH:MM'],
    [{ frequency: 'weekly', day_of_week: 0 }, 'day_of_week', '1 to 7'],
    [{ frequency: 'weekly', day_of_week: 8 }, 'day_of_week', '1 to 7'],
    [{ frequency: 'monthly', day_of_month: 32 }, 'day_of_month', '1 to 31'],
    [{ frequency: 'yearly', month: 13 }, 'month', '1 to 12'],
    [{ frequency: 'daily', day_of_month: 3 }, 'day_of_month', 'only with monthly'],
    [{ frequency: 'monthly', day_of_week: 3 }, 'day_of_week', 'only with weekly'],
    [{ frequency: 'monthly', month: 3 }, 'month', 'only with quarterly, yearly'],
    [{ cron: '0 9 * * *' }, 'cron', 'only with cron'],
    [{ frequency: 'cron' }, 'cron', 'needed'],
    [{ frequency: 'cron', cron: '0 9 * * *', time: '09:00' }, 'time', 'not used with frequency cron'],
    [{ frequency: 'cron', cron: '0 9 * * *', interval: 2 }, 'interval', 'must be 1'],
    [{ frequency: 'cron', cron: '61 9 * * *' }, 'cron', 'minute "61"'],
    [{ frequency: 'cron', cron: '0 9 31 6 *' }, 'cron', 'never fire'],
    [{ timezone: 'Mars/Olympus' }, 'timezone', 'IANA'],
    [{ timezone: 'PST' }, 'timezone', 'IANA'],
    [{ timezone: 'CEST' }, 'timezone', 'IANA'],
    [{ timezone: 'IST' }, 'timezone', 'IANA'],
    [{ timezone: '+02:00' }, 'timezone', 'IANA'],
    [{ timezone: 'SystemV/EST5EDT' }, 'timezone', 'IANA'],
    [{ timezone: '' }, 'timezone', 'IANA'],
    [{ timezone: 'constructor' }, 'timezone', 'knows, such as Europe/Berlin'],
    [{ timezone: '__proto__' }, 'timezone', 'knows, such as Europe/Berlin'],
    [{ timezone: 'Eastern Standard Time' }, 'timezone', 'did you mean America/New_York'],
    [{ timezone: 'W. Europe Standard Time' }, 'timezone', 'did you mean Europe/Berlin'],
    [{ timezone: 'Europe/Belrin' }, 'timezone', 'did you mean Europe/Berlin'],
    [{ timezone: 'New York' }, 'timezone', 'did you mean America/New_York'],
    [{ timezone: 'x'.repeat(10_000) }, 'timezone', 'IANA'],
    [{ starts_on: '2026-02-30' }, 'starts_on', 'date that exists'],
    [{ starts_on: '1.1.2026' }, 'starts_on', 'YYYY-MM-DD'],
    [{ starts_on: '2026-05-02', ends_on: '2026-05-01' }, 'ends_on', 'not be before starts_on'],
    [{ frequency: 'weekly', day_of_week: 1, starts_on: '2026-05-05', ends_on: '2026-05-10' }, 'ends_on', 'never fire'],
    [{ frequency: 'yearly', month: 2, day_of_month: 30, month_end: 'skip' }, 'day_of_month', 'never fire'],
    [
      { frequency: 'yearly', month: 2, day_of_month: 29, month_end: 'skip', interval: 4, starts_on: '2026-01-01' },
      'day_of_month',
      'never fire',
    ],
    [
      {
        frequency: 'daily',
        time: '02:30',
        timezone: 'America/New_York',
        dst_gap: 'skip',
        starts_on: '2026-03-08',
        ends_on: '2026-03-08',
      },
      'ends_on',
      'never fire',
    ],
    [{ dst_gap: 'jump' }, 'dst_gap', 'one of shift, skip'],
    [{ misfire_cap: 0 }, 'misfire_cap', '1 to 1000'],
    [{ spread_s: -1 }, 'spread_s', '0 to 86400'],
    [{ at: '09:00' }, 'at', 'not a field'],
    [{ starts_on: null }, 'starts_on', 'YYYY-MM-DD'],
  ])('%j is refused at %s', (json, path, message) => {
    const errors = refusal(() => parseSchedule(json));
    expect(errors.map((error) => error.path)).toContain(path);
    expect(errors.find((error) => error.path === path)?.message).toContain(message);
  });

  it.each([null, 5, 'daily', [], undefined])('%j is no schedule at all', (json) => {
    expect(refusal(() => parseSchedule(json))).not.toEqual([]);
  });

  it('tells everything that is wrong at once', () => {
    const errors = refusal(() => parseSchedule({ interval: 0, timezone: 'PST', frequency: 'daily', month: 4 }));
    expect(errors.map(({ path }) => path).sort()).toEqual(['interval', 'month', 'timezone']);
  });

  it('in camelCase is refused by the names it used', () => {
    expect(refusal(() => normalizeSchedule({ frequency: 'daily', dayOfMonth: 3 })).map(({ path }) => path)).toEqual([
      'dayOfMonth',
    ]);
  });

  it('whatever it is, is read or refused', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.constantFrom('daily', 'cron', 'yearly', 31, 2, '2026-02-30', '99:99', 'UTC'),
    );
    const keys = fc.constantFrom(
      'frequency',
      'interval',
      'time',
      'day_of_month',
      'month',
      'cron',
      'timezone',
      'starts_on',
      'ends_on',
      'month_end',
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.dictionary(keys, value)),
        (json) => void refusal(() => parseSchedule(json)),
      ),
      seeded(1_000),
    );
  });

  it('says whether it takes something from its anchor', () => {
    const uses = (json: ScheduleJson): boolean => usesAnchor(parseSchedule(json));
    expect(
      [{}, { frequency: 'weekly', day_of_week: 1 }, { interval: 2, starts_on: '2026-01-01' }].map((json) =>
        uses(json as ScheduleJson),
      ),
    ).toEqual([false, false, false]);
    expect(
      [{ interval: 2 }, { frequency: 'weekly' }, { frequency: 'yearly', month: 2 }].map((json) =>
        uses(json as ScheduleJson),
      ),
    ).toEqual([true, true, true]);
  });
});

describe('Windows zone names', () => {
  it('each lead to a zone that is accepted', () => {
    for (const timezone of Object.values(WINDOWS_ZONES))
      expect([timezone, refusal(() => parseSchedule({ timezone }))]).toEqual([timezone, []]);
  });
});
