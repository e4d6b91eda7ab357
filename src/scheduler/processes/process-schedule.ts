// The schedule in force for a process, and what its policy makes of the slot its cursor points to: pure.
import type { ProcessRow } from '../../db/engine/queries/processes.js';
import {
  compileSchedule,
  planMisfire,
  scheduleFromJson,
  spreadOffsetMs,
  type CompiledSchedule,
  type ScheduleJson,
} from '../schedule/index.js';

type Scheduled = Pick<ProcessRow, 'schedule' | 'declared_schedule' | 'anchor_at'>;

/** What a hand set wins over what code declares; null: it runs only when triggered. */
export const scheduleInForce = (row: Scheduled): ScheduleJson | null =>
  (row.schedule ?? row.declared_schedule) as ScheduleJson | null;

/** Ready for asking; null without a schedule. Throws when this runtime does not know its zone. */
export function compiledOf(row: Scheduled): CompiledSchedule | null {
  const json = scheduleInForce(row);
  return json && compileSchedule(scheduleFromJson(json), { anchor: row.anchor_at });
}

/** The first slot strictly after `after`. */
export function nextSlot(row: Scheduled, after: Date): Date | null {
  return dateOf(compiledOf(row)?.next(after.getTime()) ?? null);
}

/** Milliseconds that `spread_s` puts between a slot and its run: the same for all slots of a process, by its name. */
export function spreadOf(row: Scheduled & Pick<ProcessRow, 'name'>, slot: Date): number {
  const compiled = compiledOf(row);
  if (!compiled || compiled.schedule.spreadS === 0) return 0;
  return spreadOffsetMs(row.name, compiled.schedule.spreadS, slot.getTime(), compiled.next(slot.getTime()));
}

export interface SlotPlan {
  /** To run now; null: nothing of what has passed may run. */
  readonly slot: Date | null;
  /** Where the cursor goes. */
  readonly next: Date | null;
  /** Slots left out, at most 1,000 counted. */
  readonly skipped: number;
}

/** `cursor` has passed: which slot runs now, by the misfire policy. One at a time: the next look takes the next. */
export function planSlot(compiled: CompiledSchedule, cursor: Date, now: Date): SlotPlan {
  const { misfire, misfireGraceS, misfireCap } = compiled.schedule;
  const plan = planMisfire({
    compiled,
    misfire,
    misfireGraceMs: misfireGraceS * 1_000,
    misfireCap,
    scheduledForMs: cursor.getTime(),
    nowMs: now.getTime(),
  });
  const skipped = plan.gaps.reduce((sum, gap) => sum + gap.count, 0);
  return { slot: dateOf(plan.runMs), next: dateOf(plan.nextMs), skipped };
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
