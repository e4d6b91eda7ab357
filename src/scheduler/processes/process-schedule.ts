// The effective schedule of a process, and what its misfire policy decides for the slot at its cursor. Pure.
import type { ProcessRow } from '../../db/engine/queries/runs/processes.js';
import {
  compileSchedule,
  planMisfire,
  scheduleFromJson,
  spreadOffsetMs,
  type CompiledSchedule,
  type ScheduleJson,
} from '../schedule/index.js';

type Scheduled = Pick<ProcessRow, 'schedule' | 'declared_schedule' | 'anchor_at'>;

/** An operator's schedule takes precedence over the one in code; null: it runs only when triggered. */
export const scheduleInForce = (row: Scheduled): ScheduleJson | null =>
  (row.schedule ?? row.declared_schedule) as ScheduleJson | null;

/** The compiled schedule; null without one. Throws if this runtime does not know its zone. */
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
  /** The slot to run now; null: none of the passed slots may run. */
  readonly slot: Date | null;
  /** The next position of the cursor. */
  readonly next: Date | null;
  /** Slots left out, at most 1,000 counted. */
  readonly skipped: number;
}

/** `cursor` has passed: decides which slot runs now, by the misfire policy. One at a time: the next check takes the next one. */
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
