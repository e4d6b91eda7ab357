// `run`: each occurrence is a job, stored in the transaction that advances its row. Attempts, fencing and recovery are the queue's.
import { readRow } from '../../../db/rows/queries/claim-rows.js';
import { readPause } from '../../../db/rows/queries/read-pause.js';
import type { StoredRow } from '../../../db/rows/queries/row.js';
import { defineJob, done, snooze, type AnyJob, type HandlerVerdict, type JobContext } from '../../queue/index.js';
import type { BatchHandler } from '../batch/call-handler.js';
import type { RowOccurrence, RowRunOutcome } from '../contract/row-occurrence.js';
import { occurrenceOf } from '../plan/occurrence-of.js';
import type { RowScheduleAtWork } from '../row-schedule.js';
import { occurrencePayload, payloadOf, type OccurrencePayload } from './occurrence-payload.js';

export const jobTypeOf = (schedule: string): string => `rows.${schedule}`;

/** The maximum delay after which the end of a pause is noticed. */
const PAUSE_LOOK_MS = 15_000;

/** The handler of a batch that stores one job for each occurrence. */
export function enqueueOccurrences({ definition, host, settings }: RowScheduleAtWork): BatchHandler {
  const job = jobTypeOf(definition.name);
  return async (tx, occurrences) => {
    await host.enqueueMany(
      occurrences.map((occurrence) => ({
        job,
        payload: payloadOf(occurrence),
        options: {
          uniqueKey: `rows:${occurrence.idempotencyKey}`,
          maxAttempts: settings.maxAttempts,
          ...(occurrence.tenantId === null ? {} : { tenantId: occurrence.tenantId }),
        },
      })),
      { db: tx },
    );
    return occurrences.map(() => ({ outcome: 'enqueued' }));
  };
}

/** The job type; its queue has the same name, so that it can be paused and limited separately. */
export function createRowJob(schedule: RowScheduleAtWork): AnyJob {
  const { definition, settings } = schedule;
  const type = jobTypeOf(definition.name);
  return defineJob({
    type,
    queue: type,
    description: `Occurrences of the row schedule ${definition.name}`,
    schema: occurrencePayload,
    timeoutMs: settings.timeoutMs,
    retry: { maxAttempts: settings.maxAttempts, tableS: retryTable(settings) },
    ...(definition.concurrency === undefined ? {} : { concurrency: definition.concurrency }),
    run: (context, payload) => runOccurrence(schedule, context, payload),
  });
}

const retryTable = ({ maxAttempts, retryBaseS }: RowScheduleAtWork['settings']): readonly number[] => [
  0,
  ...Array.from({ length: maxAttempts - 1 }, (_none, index) => Math.min(retryBaseS * 2 ** index, 86_400)),
];

const skipped = (reason: string): HandlerVerdict => done({ outcome: 'skipped', reason });

/** An occurrence whose row was paused, deleted or deactivated since it was planned does not run. */
async function runOccurrence(
  schedule: RowScheduleAtWork,
  context: JobContext,
  payload: OccurrencePayload,
): Promise<HandlerVerdict> {
  const { definition, db, statements, host, state, now } = schedule;
  const [row, pause] = await Promise.all([
    readRow(db, statements(), payload.key),
    readPause(db, definition.name, now()),
  ]);
  if (row === undefined) return skipped('the row was deleted');
  if (!row.active) return skipped('the row is paused');
  if (pause.paused) return snooze(Math.min(pause.forMs ?? PAUSE_LOOK_MS, PAUSE_LOOK_MS));
  const occurrence = toOccurrence(schedule, row, context, payload);
  const log = host.logger.child({ row_schedule: definition.name, row: row.key, job_id: context.jobId });
  const outcome = await definition.run?.(occurrence, { signal: context.signal, log, host, state });
  return verdictOf(outcome ?? 'completed');
}

const verdictOf = (outcome: RowRunOutcome): HandlerVerdict => done(outcome === 'completed' ? { outcome } : outcome);

function toOccurrence(
  { definition, book }: RowScheduleAtWork,
  row: StoredRow,
  { attempt }: JobContext,
  payload: OccurrencePayload,
): RowOccurrence {
  return occurrenceOf({
    schedule: definition.name,
    columns: definition.columns ?? [],
    row,
    compiled: book.compiled(row, row.anchorMs),
    scheduledForMs: payload.scheduled_for_ms,
    dueMs: payload.due_ms,
    attempt,
    missedCount: payload.missed_count,
    missedFromMs: payload.missed_from_ms,
    nextForMs: payload.next_for_ms,
  });
}
