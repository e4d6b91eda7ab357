// Converts the row of a run for the rest of the code.
import type { RunRow } from '../../db/engine/queries/runs/runs.js';
import { NO_COUNTS, type Run } from '../contracts/run.js';

export const runOf = (row: RunRow): Run => ({
  id: row.id,
  process: row.process,
  slot: row.slot,
  trigger: row.trigger,
  triggeredBy: row.triggered_by,
  instanceId: row.instance_id,
  status: row.status,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  counts: { ...NO_COUNTS, ...row.counts },
  progress: row.progress,
  error: row.error,
  stoppedEarly: row.stopped_early,
  errors: row.samples,
  errorGroups: row.error_groups,
  input: row.input,
  parentId: row.parent_id,
});
