// The local times that a schedule names, before any zone is attached: plain calendar arithmetic that cannot drift.
import {
  DAY,
  firstOfMonth,
  HOUR,
  isoWeekday,
  isoWeekIndex,
  modulo,
  mondayOf,
  monthIndexOf,
  monthLength,
  parseTime,
} from '../civil.js';
import type { MonthEnd, Schedule } from '../schedule.js';

/** Local times in milliseconds, as if the local clock were UTC. */
export interface LocalSequence {
  /** The first one at or after `local`; Infinity when there is none. */
  atOrAfter(local: number): number;
}

/** Nothing is scheduled after the year 9999. */
const LAST_MONTH = 9_999 * 12 + 11;

/** The first number at or after `from` that is `phase` modulo `step`. */
const align = (from: number, phase: number, step: number): number => from + modulo(phase - from, step);

function daily(time: number, interval: number, anchorDay: number): LocalSequence {
  return {
    atOrAfter(local) {
      const day = Math.ceil((local - time) / DAY);
      return (interval === 1 ? day : align(day, anchorDay, interval)) * DAY + time;
    },
  };
}

function weekly(time: number, weekday: number, interval: number, anchorDay: number): LocalSequence {
  const phase = isoWeekIndex(anchorDay);
  return {
    atOrAfter(local) {
      const earliest = Math.ceil((local - time) / DAY);
      const day = align(earliest, mondayOf(0) + weekday - 1, 7);
      const week = isoWeekIndex(day);
      return (day + (align(week, phase, interval) - week) * 7) * DAY + time;
    },
  };
}

/** Every `step` months, starting with a given month, on a day that a month may not have. */
export interface MonthCycle {
  /** `year * 12 + month - 1` of any month of the cycle. */
  readonly phase: number;
  readonly step: number;
  readonly day: number;
}

function monthly({ phase, step, day }: MonthCycle, time: number, monthEnd: MonthEnd): LocalSequence {
  return {
    atOrAfter(local) {
      const earliest = Math.ceil((local - time) / DAY);
      let month = monthIndexOf(earliest);
      month = align(month, phase, step);
      for (; month <= LAST_MONTH; month += step) {
        const length = monthLength(month);
        if (day > length && monthEnd === 'skip') continue;
        const date = firstOfMonth(month) + Math.min(day, length) - 1;
        if (date >= earliest) return date * DAY + time;
      }
      return Infinity;
    },
  };
}

function hourly(time: number): LocalSequence {
  const minutes = time % HOUR;
  return { atOrAfter: (local) => Math.ceil((local - minutes) / HOUR) * HOUR + minutes };
}

const dayOfMonthOf = (day: number): number => day - firstOfMonth(monthIndexOf(day)) + 1;

/** The months of a monthly, quarterly or yearly schedule; null for the others. */
export function monthCycleOf(schedule: Schedule, anchorDay: number): MonthCycle | null {
  const { frequency, interval } = schedule;
  const anchorMonth = monthIndexOf(anchorDay);
  const day = schedule.dayOfMonth ?? dayOfMonthOf(anchorDay);
  if (frequency === 'monthly') return { phase: anchorMonth, step: interval, day };
  if (frequency === 'quarterly') {
    const withinQuarter = ((schedule.month ?? 1) - 1) % 3;
    return { phase: anchorMonth - (anchorMonth % 3) + withinQuarter, step: 3 * interval, day };
  }
  if (frequency !== 'yearly') return null;
  const withinYear = schedule.month === null ? anchorMonth % 12 : schedule.month - 1;
  return { phase: anchorMonth - (anchorMonth % 12) + withinYear, step: 12 * interval, day };
}

/**
 * The local times of a preset. `anchorDay` (a day number) provides the values that the schedule leaves open: the weekday, the day, the
 * month, and the period from which an interval counts.
 */
export function presetSequence(schedule: Schedule, anchorDay: number): LocalSequence {
  const time = parseTime(schedule.time ?? '09:00');
  const { frequency, interval } = schedule;
  if (frequency === 'hourly') return hourly(time);
  if (frequency === 'daily') return daily(time, interval, anchorDay);
  if (frequency === 'weekly') return weekly(time, schedule.dayOfWeek ?? isoWeekday(anchorDay), interval, anchorDay);
  const cycle = monthCycleOf(schedule, anchorDay);
  if (!cycle) throw new RangeError(`frequency ${frequency} has no calendar of its own`);
  return monthly(cycle, time, schedule.monthEnd);
}

/** Cuts a sequence to local times in [from, until). */
export function bounded(sequence: LocalSequence, from: number, until: number): LocalSequence {
  return {
    atOrAfter(local) {
      const next = sequence.atOrAfter(local < from ? from : local);
      return next < until ? next : Infinity;
    },
  };
}
