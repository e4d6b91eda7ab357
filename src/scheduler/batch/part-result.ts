// The result of one process of a pass, in the format of the API. Pure.
import type { ProcessRow } from '../../db/engine/queries/runs/processes.js';
import type { BatchResult } from '../contracts/batch.js';
import type { Run } from '../contracts/run.js';

/** Counts of a run as a batch process returns them; only those that are not 0. */
function countsSoFar({ counts: { successful, failed, skipped } }: Pick<Run, 'counts'>): Record<string, number> {
  const named = { processed_count: successful, failed_count: failed, skipped_count: skipped };
  return Object.fromEntries(Object.entries(named).filter(([, count]) => count > 0));
}

/** `returned`: what the process itself returned. */
export function resultOf(run: Run, returned: unknown, durationMs: number): BatchResult {
  const duration_ms = Math.round(durationMs);
  if (run.status !== 'completed') {
    return { ...countsSoFar(run), error: run.error ?? `the run was ${run.status}`, duration_ms };
  }
  const { stopped_early: _, ...counts } = Object(returned) as Record<string, unknown>;
  return { ...counts, duration_ms };
}

/** It did not stop when its signal aborted; its lock is held until it does. */
export const stillRunning = (runId: string, durationMs: number): BatchResult => ({
  error: 'it did not stop when its time was over and is still running',
  run_id: runId,
  duration_ms: Math.round(durationMs),
});

export const failedToBegin = ({ message }: Error): BatchResult => ({ error: message, duration_ms: 0 });

export const skipped = (why: string, more: BatchResult = {}): BatchResult => ({ skipped: why, ...more });

export const notDue = (next: Date | null): BatchResult =>
  skipped('not_due', { next_run_at: next?.toISOString() ?? null });

/** Why an operator has stopped it from running; null: it may run. */
export function heldBack({ enabled, paused_until: until, now }: ProcessRow): BatchResult | null {
  if (!enabled) return skipped('disabled');
  return until && until > now ? skipped('paused', { paused_until: until.toISOString() }) : null;
}

export const hasFailed = (result: BatchResult): boolean => 'error' in result;
export const wasSkipped = (result: BatchResult): boolean => 'skipped' in result;
