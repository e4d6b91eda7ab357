// The next run of a row that has none, whose schedule was changed, or that is active again. Pure.
import type { PlannedRow } from '../../../db/rows/queries/settle-rows.js';
import type { StoredRow } from '../../../db/rows/queries/row.js';
import { nearestOccurrence, planScheduleChange, withSpread, type CompiledSchedule } from '../../schedule/index.js';
import type { NextOccurrence } from './next-occurrence.js';

interface Moment {
  readonly nowMs: number;
  /** A test sets the time: times that triggers recorded by the database's clock do not count. */
  readonly manual: boolean;
}

const blank = (row: StoredRow, { nowMs }: Moment) => ({
  key: row.key,
  kept: false,
  nextAtMs: null,
  nextForMs: null,
  error: null,
  anchorMs: row.anchorMs ?? (isInstant(row.dueMs) ? row.dueMs : nowMs),
  sinceMs: row.sinceMs,
});

const isInstant = (ms: number | null): ms is number => ms !== null && Number.isFinite(ms);

/** The anchor that `plannedRow` will store: a schedule that takes its dates from it is compiled with the same anchor. */
export const anchorOf = (row: StoredRow, nowMs: number): number =>
  row.anchorMs ?? (isInstant(row.dueMs) ? row.dueMs : nowMs);

/** A row whose next run cannot be computed: it waits for a change, and shows the reason. */
export const suspendedRow = (row: StoredRow, moment: Moment, error: string): PlannedRow => ({
  ...blank(row, moment),
  state: 'suspended',
  error,
});

export const pausedRow = (row: StoredRow, moment: Moment): PlannedRow => ({
  ...blank(row, moment),
  kept: true,
  state: 'paused',
});

/**
 * A row that was due before its schedule changed still runs once, under its old time; a future occurrence is replaced by the first one of
 * the new schedule. Occurrences that passed while a row was paused do not run.
 */
export function plannedRow(row: StoredRow, compiled: CompiledSchedule, moment: Moment): PlannedRow {
  const { sinceMs, kept, next } = decide(row, compiled, moment);
  const base = { ...blank(row, moment), sinceMs };
  if (kept) return { ...base, kept: true, state: 'planned' };
  if (next === null) return { ...base, state: 'ended' };
  return { ...base, state: 'planned', nextAtMs: next.effectiveMs, nextForMs: next.nominalMs };
}

function decide(row: StoredRow, compiled: CompiledSchedule, { nowMs, manual }: Moment) {
  const spreadAfter = (afterMs: number): NextOccurrence | null => {
    const nominalMs = compiled.next(afterMs);
    return nominalMs === null ? null : withSpread(compiled, row.key, nominalMs);
  };
  const pendingMs = row.scheduledForMs ?? row.dueMs;
  if (row.state === 'resumed') {
    const ahead = pendingMs !== null && pendingMs > nowMs;
    return ahead
      ? { sinceMs: row.sinceMs, kept: true, next: null }
      : { sinceMs: nowMs, kept: false, next: spreadAfter(nowMs) };
  }
  // the row existed before it was adopted: its next run is the one set by the host
  if (row.sinceMs === null && row.dueMs !== null) return { sinceMs: null, kept: true, next: null };
  const changedMs = row.sinceMs === null || manual ? nowMs : row.sinceMs;
  const { kept, nominalMs } = planScheduleChange({ compiled, nowMs: changedMs, pendingMs });
  const next = nominalMs === null ? null : withSpread(compiled, row.key, nominalMs);
  return { sinceMs: changedMs, kept: kept || row.attempt > 0, next };
}

/** With new rules of a zone, a future occurrence is moved to the time that the same schedule now gives. Null: nothing changes. */
export function movedByZoneRules(compiled: CompiledSchedule, storedMs: number, nowMs: number): number | null {
  if (storedMs <= nowMs || compiled.next(storedMs - 1) === storedMs) return null;
  return nearestOccurrence(compiled, storedMs);
}

export function replanForZoneRules(row: StoredRow, compiled: CompiledSchedule, moment: Moment): PlannedRow | null {
  const storedMs = row.scheduledForMs ?? row.dueMs;
  if (storedMs === null || !Number.isFinite(storedMs) || row.attempt > 0) return null;
  const nominalMs = movedByZoneRules(compiled, storedMs, moment.nowMs);
  if (nominalMs === null) return null;
  const { effectiveMs } = withSpread(compiled, row.key, nominalMs);
  return { ...blank(row, moment), state: 'planned', nextAtMs: effectiveMs, nextForMs: nominalMs };
}
