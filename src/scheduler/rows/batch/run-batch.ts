// One batch in one transaction: lock, plan, call the handler, advance, write the ledger. All of it commits or none.
import type { Random } from '../../../base/random.js';
import { toError } from '../../../base/errors.js';
import type { Db } from '../../../db/database.js';
import { claimDueRows, claimRowsByKey, openBatch } from '../../../db/rows/queries/claim-rows.js';
import type { StoredRow } from '../../../db/rows/queries/row.js';
import { settleRows, type SettledRow } from '../../../db/rows/queries/settle-rows.js';
import type { CompiledSchedule } from '../../schedule/index.js';
import type { RowOccurrence } from '../contract/row-occurrence.js';
import { decideRow, type BatchOutcome, type DecidedRow, type RowPolicy } from '../plan/decide-row.js';
import { occurrenceOf } from '../plan/occurrence-of.js';
import { isRefusal } from '../../work/database-faults.js';
import type { RowEnd } from '../plan/row-end.js';
import { planDue, type DuePlan } from '../plan/plan-due.js';
import type { RowScheduleAtWork } from '../row-schedule.js';
import { callHandler, type BatchHandler } from './call-handler.js';

export interface BatchDeps {
  readonly schedule: RowScheduleAtWork;
  readonly handler: BatchHandler;
  readonly random: Random;
}

/** What one run of the process adds. */
export interface BatchScope {
  readonly runId: string | null;
  readonly signal: AbortSignal;
  /** While the process is paused, a tick finds nothing due, but a manual trigger does. */
  readonly evenPaused: boolean;
}

export interface BatchRequest extends BatchScope {
  /** Only these rows; without it, due rows up to the batch size. */
  readonly keys?: readonly string[];
  /** The handler is not called: the single row has failed, with this error. */
  readonly failedWith?: string;
  /** Not even that can be written: the rows are suspended with this error, and otherwise left unchanged. */
  readonly suspendWith?: string;
}

export interface BatchReport {
  /** Rows that were locked. */
  readonly claimed: number;
  readonly ends: readonly RowEnd[];
}

/** Thrown when a batch failed: its rows must be passed again in smaller parts. */
export class HandlerFailed extends Error {
  constructor(
    override readonly cause: unknown,
    readonly keys: readonly string[],
  ) {
    super(toError(cause).message);
  }
}

interface Planned {
  readonly row: StoredRow;
  readonly compiled: CompiledSchedule;
  readonly plan: DuePlan;
}

/** Longer than the handler's time-out, so that the handler times out first. */
const IDLE_MARGIN_MS = 10_000;

/** Rejects with HandlerFailed, or with the database's fault. */
export async function runBatch(deps: BatchDeps, request: BatchRequest): Promise<BatchReport> {
  let keys: readonly string[] = [];
  try {
    return await deps.schedule.db.transaction((tx) =>
      inTransaction(deps, request, tx, (locked) => void (keys = locked)),
    );
  } catch (error) {
    // the database refused a write, possibly only at the commit: the row that caused it is unknown
    const refused = !(error instanceof HandlerFailed) && keys.length > 0 && isRefusal(error);
    throw refused ? new HandlerFailed(error, keys) : error;
  }
}

async function inTransaction(
  deps: BatchDeps,
  request: BatchRequest,
  tx: Db,
  onLocked: (keys: readonly string[]) => void,
): Promise<BatchReport> {
  const { schedule } = deps;
  const { definition, settings, now } = schedule;
  const { nowMs, active } = await openBatch(tx, definition.name, settings.timeoutMs + IDLE_MARGIN_MS, now());
  if (!active && !request.evenPaused) return { claimed: 0, ends: [] };
  const rows = await claim(tx, schedule, request);
  if (rows.length === 0) return { claimed: 0, ends: [] };
  onLocked(rows.map(({ key }) => key));
  const { planned, broken } = planAll(schedule, rows, nowMs, request.suspendWith);
  const outcomes = await handOver(deps, tx, planned, request);
  const decided = decideAll(deps, planned, outcomes, nowMs);
  const settled = [...decided.map(({ row }) => row), ...broken];
  const ledger = decided.flatMap((one) => one.ledger);
  const options = { schedule: definition.name, runId: request.runId, now: now() };
  await settleRows(tx, schedule.statements(), settled, ledger, options);
  return { claimed: rows.length, ends: endsOf(planned, decided, broken, nowMs) };
}

function claim(tx: Db, { statements, settings, now }: RowScheduleAtWork, { keys }: BatchRequest) {
  return keys === undefined
    ? claimDueRows(tx, statements(), now(), settings.batchSize)
    : claimRowsByKey(tx, statements(), now(), keys);
}

function planAll({ book }: RowScheduleAtWork, rows: readonly StoredRow[], nowMs: number, suspendWith?: string) {
  const planned: Planned[] = [];
  const broken: SettledRow[] = [];
  for (const row of rows) {
    try {
      if (suspendWith !== undefined) throw new Error(suspendWith);
      const compiled = book.compiled(row, row.anchorMs);
      planned.push({ row, compiled, plan: planDue(row, compiled, nowMs) });
    } catch (error) {
      broken.push(suspended(row, toError(error).message));
    }
  }
  return { planned, broken };
}

/** No next run can be computed for it: it waits until its schedule is corrected, without delaying others. */
const suspended = (row: StoredRow, error: string): SettledRow => ({
  key: row.key,
  nextAtMs: row.dueMs !== null && Number.isFinite(row.dueMs) ? row.dueMs : null,
  nextForMs: row.scheduledForMs,
  state: 'suspended',
  attempt: row.attempt,
  failures: row.failures,
  error: error.slice(0, 500),
  ran: false,
});

const isHandedOver = ({ plan }: Planned): boolean => plan.runForMs !== null;

async function handOver(
  { schedule, handler }: BatchDeps,
  tx: Db,
  planned: readonly Planned[],
  { signal, failedWith }: BatchRequest,
): Promise<readonly BatchOutcome[]> {
  const due = planned.filter(isHandedOver);
  if (failedWith !== undefined) return due.map(() => ({ outcome: 'failed', error: failedWith }));
  const occurrences = due.map((one) => toOccurrence(schedule, one));
  try {
    return await callHandler(handler, tx, occurrences, { timeoutMs: schedule.settings.timeoutMs, signal });
  } catch (error) {
    throw new HandlerFailed(
      error,
      due.map(({ row }) => row.key),
    );
  }
}

const dueMsOf = ({ dueMs }: StoredRow, scheduledForMs: number): number =>
  Math.max(dueMs !== null && Number.isFinite(dueMs) ? dueMs : scheduledForMs, scheduledForMs);

function toOccurrence({ definition }: RowScheduleAtWork, { row, compiled, plan }: Planned): RowOccurrence {
  const scheduledForMs = plan.runForMs as number;
  return occurrenceOf({
    schedule: definition.name,
    columns: definition.columns ?? [],
    row,
    compiled,
    scheduledForMs,
    dueMs: dueMsOf(row, scheduledForMs),
    attempt: row.attempt + 1,
    missedCount: plan.missedCount,
    missedFromMs: plan.gap?.firstMs ?? null,
    nextForMs: plan.next?.nominalMs ?? null,
  });
}

function decideAll(
  { schedule: { settings }, random }: BatchDeps,
  planned: readonly Planned[],
  outcomes: readonly BatchOutcome[],
  nowMs: number,
): readonly DecidedRow[] {
  const { maxAttempts, retryBaseS, suspendAfter } = settings;
  const policy: RowPolicy & { nowMs: number } = {
    ...{ maxAttempts, suspendAfter, random, nowMs },
    retryBaseMs: retryBaseS * 1_000,
  };
  let index = 0;
  return planned.map((one) =>
    decideRow(one.row, one.plan, isHandedOver(one) ? (outcomes[index++] as BatchOutcome) : null, policy),
  );
}

function endsOf(
  planned: readonly Planned[],
  decided: readonly DecidedRow[],
  broken: readonly SettledRow[],
  nowMs: number,
): readonly RowEnd[] {
  const ran = planned.map(({ row, plan }, index): RowEnd => {
    const { end, row: settled } = decided[index] as DecidedRow;
    return { key: row.key, end, error: settled.error, ...timesOf(row, plan, nowMs) };
  });
  const none = { waitMs: null, latenessMs: null };
  const unread = broken.map(({ key, error }): RowEnd => ({ key, end: 'suspended', error, ...none }));
  return [...ran, ...unread];
}

function timesOf(row: StoredRow, { runForMs }: DuePlan, nowMs: number): Pick<RowEnd, 'waitMs' | 'latenessMs'> {
  if (runForMs === null) return { waitMs: null, latenessMs: null };
  const dueMs = dueMsOf(row, runForMs);
  return { waitMs: nowMs - dueMs, latenessMs: row.attempt === 0 ? nowMs - runForMs : null };
}
