// Compiles a schedule: everything that can be computed once is, so that the next run costs well under a microsecond.
import { anchorDayOf } from './sequence/anchor.js';
import { DAY, HOUR, modulo, parseDate } from './civil.js';
import { cronSequence } from './cron/cron-sequence.js';
import { parseCron } from './cron/cron-pattern.js';
import { instantSequence, REAL_TIME, type DstPolicies, type InstantSequence } from './sequence/instant-sequence.js';
import {
  bounded,
  monthCycleOf,
  presetSequence,
  type LocalSequence,
  type MonthCycle,
} from './sequence/local-sequence.js';
import { startOfDay } from './sequence/start-of-day.js';
import type { Schedule } from './schedule.js';
import { createZoneTables, type ZoneOffsets, type ZoneTables } from './zones/zone-offsets.js';

export interface CompileOptions {
  /** The local date of this instant provides the values that the schedule leaves open (weekday, day, month, start of an interval). */
  readonly anchor: Date;
  readonly zones?: ZoneTables;
}

export interface CompiledSchedule {
  readonly schedule: Schedule;
  readonly zone: ZoneOffsets;
  /** Nominal time (epoch ms) of the first occurrence strictly after `afterMs`; null when there is none. */
  next(afterMs: number): number | null;
  /** True when it has an `endsOn`. */
  readonly isFinite: boolean;
  /** True when it has no occurrence at all, at no time. */
  never(): boolean;
  /** The local times that it names, and how they become instants; used by the preview. */
  readonly locals: LocalSequence;
  readonly policies: DstPolicies;
  /** Real-time schedules (hourly, cron with `*` hours) have no daylight-saving policy. */
  readonly realTime: boolean;
  readonly monthCycle: MonthCycle | null;
}

/** Tables of the runtime's own rules: facts that never change within a process, hence shared by all callers without tables. */
export const runtimeZones: ZoneTables = createZoneTables();

const HORIZON = Date.UTC(10_000, 0, 1);
const BEGINNING = Date.UTC(1900, 0, 1);

/** Keeps every n-th elapsed hour, counted from the local midnight of the anchor. */
function everyNthHour(hourly: InstantSequence, interval: number, origin: number): InstantSequence {
  return {
    atOrAfter(from) {
      for (let at = hourly.atOrAfter(from); at < HORIZON; at = hourly.atOrAfter(at)) {
        const hour = Math.floor((at - origin) / HOUR);
        const late = modulo(hour, interval);
        if (late === 0) return at;
        at = origin + (hour + interval - late) * HOUR;
      }
      return Infinity;
    },
  };
}

function withinDates({ startsOn, endsOn }: Schedule, locals: LocalSequence): LocalSequence {
  if (startsOn === null && endsOn === null) return locals;
  const from = startsOn === null ? -Infinity : (parseDate(startsOn) as number) * DAY;
  const until = endsOn === null ? Infinity : ((parseDate(endsOn) as number) + 1) * DAY;
  return bounded(locals, from, until);
}

/** A class for its speed, see InstantSequence. */
class Compiled implements CompiledSchedule {
  readonly locals: LocalSequence;
  readonly policies: DstPolicies;
  readonly realTime: boolean;
  private readonly instants: InstantSequence;

  constructor(
    readonly schedule: Schedule,
    readonly zone: ZoneOffsets,
    private readonly anchorDay: number,
  ) {
    const pattern = schedule.cron === null ? null : parseCron(schedule.cron);
    const locals = pattern === null ? presetSequence(schedule, anchorDay) : cronSequence(pattern);
    this.locals = withinDates(schedule, locals);
    this.realTime = pattern === null ? schedule.frequency === 'hourly' : pattern.realTime;
    this.policies = this.realTime ? REAL_TIME : schedule;
    const instants = instantSequence(this.locals, zone, this.policies);
    const counted = schedule.frequency === 'hourly' && schedule.interval > 1;
    this.instants = counted ? everyNthHour(instants, schedule.interval, startOfDay(zone, anchorDay)) : instants;
  }

  get isFinite(): boolean {
    return this.schedule.endsOn !== null;
  }

  get monthCycle(): MonthCycle | null {
    return monthCycleOf(this.schedule, this.anchorDay);
  }

  next(afterMs: number): number | null {
    if (!(afterMs < HORIZON)) return null;
    const at = this.instants.atOrAfter(Math.max(Math.floor(afterMs) + 1, BEGINNING));
    return at < HORIZON ? at : null;
  }

  never(): boolean {
    const { startsOn } = this.schedule;
    return this.next(startsOn === null ? BEGINNING : (parseDate(startsOn) as number) * DAY - 2 * DAY) === null;
  }
}

/** Compiles a validated schedule. Cheap (about a microsecond) and pure; keep the result. */
export function compileSchedule(
  schedule: Schedule,
  { anchor, zones = runtimeZones }: CompileOptions,
): CompiledSchedule {
  const zone = zones.of(schedule.timezone);
  return new Compiled(schedule, zone, anchorDayOf(schedule, zone, anchor.getTime()));
}
