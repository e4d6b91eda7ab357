// A manual trigger: refused, repeated by its idempotency key, or started now.
import { createHash, randomUUID } from 'node:crypto';
import { SchedulerError } from '../../base/errors.js';
import type { Database, Db } from '../../db/database.js';
import { findIdempotencyKey, insertIdempotencyKey } from '../../db/engine/queries/records/idempotency.js';
import { readProcesses } from '../../db/engine/queries/runs/processes.js';
import { findRun } from '../../db/engine/queries/runs/run-history.js';
import { isUnstorable, toJson } from '../../base/to-json.js';
import { checkTrigger } from '../contracts/call-options.js';
import type { StartedRun, TriggerOptions } from '../contracts/scheduler.js';
import { actorOf, audit } from '../records/actor.js';
import type { Registry } from './registry.js';
import type { Run } from '../contracts/run.js';
import type { ActiveRun } from './run-process.js';
import { runOf } from '../records/run-view.js';
import type { Runner } from './runner.js';

export interface TriggerDeps {
  readonly database: Database;
  readonly registry: Registry;
  readonly runner: Runner;
  readonly now: () => Date | null;
}

/** The key was used between our read and our write. */
class KeyTaken extends Error {}

const fingerprint = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(input ?? null))
    .digest('hex');

/**
 * Throws PROCESS_NOT_FOUND, PROCESS_DISABLED, PROCESS_NOT_CONFIGURED, ALREADY_RUNNING, IDEMPOTENCY_IN_PROGRESS,
 * IDEMPOTENCY_MISMATCH, INVALID_INPUT.
 */
export async function beginByHand(deps: TriggerDeps, name: string, options: TriggerOptions): Promise<StartedRun> {
  const { database, registry, runner } = deps;
  const definition = registry.process(name);
  checkTrigger(options);
  const { idempotencyKey: key, input, trigger = 'manual' } = options;
  mustBeStorable(input);
  const earlier = await earlierRun(database, name, options);
  if (earlier) return earlier;
  const [row] = await readProcesses(database, [name], deps.now());
  const missing = definition.missing?.() ?? [];
  if (missing.length > 0) {
    const settings = missing.join(', ');
    throw new SchedulerError('PROCESS_NOT_CONFIGURED', `process "${name}" needs ${settings}`, { name, missing });
  }
  if (row && !row.enabled) throw new SchedulerError('PROCESS_DISABLED', `process "${name}" is disabled`, { name });

  await definition.check?.(input);
  const by = actorOf(options.by);
  const id = randomUUID();
  const also = async (tx: Db): Promise<void> => {
    const mine = key === undefined || (await insertIdempotencyKey(tx, keyRow(name, key, input, id)));
    if (!mine) throw new KeyTaken();
    await audit(tx, { by, action: 'process.trigger', target: name, details: { run_id: id, input: input ?? null } });
  };
  try {
    return started(await runner.beginManual({ definition, id, trigger, triggeredBy: by.name, input, with: also }));
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
    const winner = await earlierRun(database, name, options);
    if (winner) return winner;
    throw new SchedulerError('IDEMPOTENCY_IN_PROGRESS', 'another request with this key is in progress', { name });
  }
}

function mustBeStorable(input: unknown): void {
  if (!isUnstorable(toJson(input) ?? 'null')) return;
  const errors = [{ path: 'input', message: 'must not contain NUL or a lone surrogate' }];
  throw new SchedulerError('INVALID_INPUT', 'the input contains NUL or a lone surrogate', { errors });
}

const keyRow = (process: string, key: string, input: unknown, runId: string) => ({
  process,
  key,
  fingerprint: fingerprint(input),
  runId,
});

/** The run that this key already stands for. */
async function earlierRun(db: Db, name: string, { idempotencyKey, input }: TriggerOptions): Promise<StartedRun | null> {
  if (idempotencyKey === undefined) return null;
  const known = await findIdempotencyKey(db, name, idempotencyKey);
  if (!known) return null;
  if (known.fingerprint !== fingerprint(input)) {
    throw new SchedulerError('IDEMPOTENCY_MISMATCH', 'this idempotency key was used for a different request', { name });
  }
  const row = await findRun(db, known.run_id);
  if (!row) return null;
  if (row.status === 'running') {
    const details = { name, run_id: row.id };
    throw new SchedulerError(
      'IDEMPOTENCY_IN_PROGRESS',
      'the run of this idempotency key is still in progress',
      details,
    );
  }
  return { id: row.id, repeated: true, finished: Promise.resolve(runOf(row)) };
}

/** The handle of a run that was started manually. */
export function started(active: ActiveRun): StartedRun {
  const begun = active.view()!; // a manually triggered run has its row from the start
  const finished = active.finished.then((run): Run => run ?? { ...begun, status: 'abandoned' });
  return { id: active.id, repeated: false, finished };
}
