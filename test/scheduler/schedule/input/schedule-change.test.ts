// A changed schedule or zone takes effect from now on, and loses or repeats nothing.
import { describe, expect, it } from '@jest/globals';
import {
  compileSchedule,
  createZoneTables,
  intlZoneRules,
  parseSchedule,
  planMisfire,
  planScheduleChange,
  type ScheduleJson,
  type ZoneRulesSource,
} from '../../../../src/scheduler/schedule/index.js';

const compiled = (json: ScheduleJson) =>
  compileSchedule(parseSchedule(json), { anchor: new Date('2026-06-01T00:00:00Z') });
const ms = (text: string): number => Date.parse(`2026-06-${text}:00Z`);
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(8, 16));

interface Change {
  now: string;
  to: ScheduleJson;
  pending: string | null;
  last?: string;
}
const change = ({ now, to, pending, last }: Change) => {
  const plan = planScheduleChange({
    compiled: compiled(to),
    nowMs: ms(now),
    pendingMs: pending === null ? null : ms(pending),
    lastMs: last === undefined ? null : ms(last),
  });
  return [iso(plan.nominalMs), plan.kept];
};

describe('a change of schedule', () => {
  it('to a later time: today if that is still to come', () => {
    expect(change({ now: '10T08:00', to: { time: '11:00' }, pending: '10T09:00', last: '09T09:00' })).toEqual([
      '10T11:00',
      false,
    ]);
  });

  it('to an earlier time: tomorrow if today it is over', () => {
    expect(change({ now: '10T08:00', to: { time: '07:00' }, pending: '10T09:00', last: '09T09:00' })).toEqual([
      '11T07:00',
      false,
    ]);
  });

  it('to the time at which it has just run does not repeat it', () => {
    expect(change({ now: '10T09:00', to: { time: '09:00' }, pending: '11T09:00', last: '10T09:00' })).toEqual([
      '11T09:00',
      false,
    ]);
  });

  it('made by a clock that lags behind does not repeat what has run', () => {
    expect(change({ now: '10T08:59', to: { time: '09:00' }, pending: '11T09:00', last: '10T09:00' })).toEqual([
      '11T09:00',
      false,
    ]);
  });

  it('to another zone', () => {
    const to = { time: '09:00', timezone: 'America/New_York' };
    expect(change({ now: '10T10:00', to, pending: '11T07:00', last: '10T07:00' })).toEqual(['10T13:00', false]);
  });

  it('keeps what was due before it: waiting for its spread, its retry, or the end of a pause', () => {
    expect(change({ now: '10T09:10', to: { time: '11:00' }, pending: '10T09:00', last: '09T09:00' })).toEqual([
      '10T09:00',
      true,
    ]);
  });

  it('does not keep what is settled already', () => {
    expect(change({ now: '10T09:10', to: { time: '11:00' }, pending: '10T09:00', last: '10T09:00' })).toEqual([
      '10T11:00',
      false,
    ]);
  });

  it('of one that had ended begins again', () => {
    expect(change({ now: '10T09:10', to: { time: '11:00' }, pending: null, last: '01T09:00' })).toEqual([
      '10T11:00',
      false,
    ]);
  });

  it('during a pause over a due time: what was owed is owed, what the new schedule named before the change is not missed', () => {
    const to = compiled({ frequency: 'hourly' });
    const kept = planScheduleChange({
      compiled: to,
      nowMs: ms('10T12:30'),
      pendingMs: ms('10T09:00'),
      lastMs: ms('09T09:00'),
    });
    const resumed = planMisfire({
      compiled: to,
      misfire: 'once',
      misfireGraceMs: 60_000,
      misfireCap: 100,
      scheduledForMs: kept.nominalMs as number,
      nowMs: ms('10T14:10'),
      inForceSinceMs: ms('10T12:30'),
    });
    expect([iso(resumed.runMs), resumed.missedCount, iso(resumed.nextMs)]).toEqual(['10T14:00', 2, '10T15:00']);
  });

  it('of the rules of a zone moves what lies ahead (new time-zone data)', () => {
    const oneHourLess: ZoneRulesSource = (zone) => {
      const rules = intlZoneRules(zone);
      return (at) => rules(at) - (zone === 'Europe/Berlin' && at >= ms('05T00:00') ? 3_600_000 : 0);
    };
    const schedule = parseSchedule({ time: '09:00', timezone: 'Europe/Berlin' });
    const anchor = new Date(ms('01T00:00'));
    const before = compileSchedule(schedule, { anchor });
    const after = compileSchedule(schedule, { anchor, zones: createZoneTables(oneHourLess) });
    const pendingMs = before.next(ms('10T12:00')) as number;
    expect(iso(pendingMs)).toBe('11T07:00');
    const moved = planScheduleChange({ compiled: after, nowMs: ms('10T12:00'), pendingMs, lastMs: ms('10T07:00') });
    expect(iso(moved.nominalMs)).toBe('11T08:00');
  });
});
