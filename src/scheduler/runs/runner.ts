// Starts runs and manages those of this instance: locks of exclusive ones, cancellation, and the wait at a stop.
import { SchedulerError } from '../../base/errors.js';
import { sleep } from '../../base/timing/sleep.js';
import type { Db } from '../../db/database.js';
import { insertRun, insertRunOfSlot, type NewRun, type RunRow } from '../../db/engine/queries/runs/runs.js';
import { findRunning } from '../../db/engine/queries/runs/run-history.js';
import type { ProcessDefinition } from '../contracts/define-process.js';
import type { Presence } from '../instances/presence.js';
import { isExclusive, type Registry } from './registry.js';
import type { Run } from '../contracts/run.js';
import { runProcess, type ActiveRun, type RunDeps } from './run-process.js';

/** The start of a run that is part of another one. */
export interface RunParent {
  readonly id: string;
  /** Aborts when the enclosing run may start nothing more. */
  readonly closing: AbortSignal;
}

export interface SlotRequest {
  readonly definition: ProcessDefinition;
  readonly slot: Date;
  /** The observed position of the process's cursor and its next one; null: the cursor is not moved (shared processes). */
  readonly move: { readonly cursor: Date; readonly next: Date | null } | null;
  /** Default: a tick. */
  readonly origin?: Partial<Pick<ManualRequest, 'id' | 'trigger' | 'triggeredBy' | 'input' | 'with'>>;
  readonly parent?: RunParent;
}

export interface ManualRequest {
  readonly definition: ProcessDefinition;
  readonly id: string;
  readonly trigger: NewRun['trigger'];
  readonly triggeredBy: string | null;
  readonly input: unknown;
  readonly parent?: RunParent;
  /** Runs in the transaction that begins the run. */
  readonly with?: (tx: Db) => Promise<void>;
}

export interface Runner {
  /** Null: another instance has the process, or has run the slot. */
  beginSlot(request: SlotRequest): Promise<ActiveRun | null>;
  /** Starts a run of a shared process over due work; its row is written when there is something to count. */
  beginDrain(definition: ProcessDefinition, slot: Date): ActiveRun | null;
  /** Throws ALREADY_RUNNING (details.run_id), LOST_INSTANCE. */
  beginManual(request: ManualRequest): Promise<ActiveRun>;
  /** Runs of this life. */
  active(): readonly ActiveRun[];
  /** Resolves when no run is left. */
  settled(): Promise<void>;
}

export interface RunnerDeps extends RunDeps {
  readonly registry: Registry;
  readonly presence: () => Presence | null;
  readonly draining: AbortSignal;
  readonly onFinished: (active: ActiveRun, run: Run | null) => void;
}

export function createRunner(deps: RunnerDeps): Runner {
  const { database, registry, draining } = deps;
  const runs = new Map<ActiveRun, { presence: Presence; ended: Promise<void> }>();

  const alive = (): Presence => {
    const presence = deps.presence();
    if (presence) return presence;
    throw new SchedulerError('LOST_INSTANCE', 'this instance has lost its database connection and is rejoining');
  };

  interface Begun {
    readonly run: NewRun;
    readonly row: RunRow | null;
    readonly parent?: RunParent | undefined;
  }

  function track(presence: Presence, definition: ProcessDefinition, { run, row, parent }: Begun): ActiveRun {
    const release = async (): Promise<void> => {
      if (run.exclusive) await presence.unlock(registry.lockId(definition.name));
    };
    const closing = parent ? [draining, parent.closing] : [draining];
    const active = runProcess(deps, { definition, presence, run, row, closing, release });
    const ended = active.finished.then((finished) => {
      runs.delete(active);
      deps.onFinished(active, finished);
    });
    runs.set(active, { presence, ended });
    return active;
  }

  /** The process lock is held: it is kept if `begin` starts a run, and released otherwise. */
  async function holding<R extends ActiveRun | null>(
    presence: Presence,
    name: string,
    begin: () => Promise<R>,
  ): Promise<R> {
    let run: R | undefined;
    try {
      run = await begin();
      return run;
    } finally {
      if (!run) await presence.unlock(registry.lockId(name));
    }
  }

  async function alreadyRunning(name: string): Promise<SchedulerError> {
    let runId: string | null = null;
    // the holder of the lock is about to write its row
    for (let look = 0; look < 10 && runId === null; look += 1) {
      if (look > 0) await sleep(50);
      runId = (await findRunning(database, [name]))[0]?.id ?? null;
    }
    return new SchedulerError('ALREADY_RUNNING', `process "${name}" is already running`, { name, run_id: runId });
  }

  const newRun = (definition: ProcessDefinition, presence: Presence, rest: Partial<NewRun>): NewRun => ({
    id: globalThis.crypto.randomUUID(),
    process: definition.name,
    slot: null,
    exclusive: isExclusive(definition),
    trigger: 'tick',
    triggeredBy: null,
    instanceId: presence.instanceId,
    input: undefined,
    now: deps.now(),
    ...rest,
  });

  return {
    beginSlot: async ({ definition, slot, move, origin: { with: also, ...origin } = {}, parent }) => {
      const presence = alive();
      const run = newRun(definition, presence, { ...origin, slot, parentId: parent?.id ?? null });
      const begin = async (): Promise<ActiveRun | null> => {
        const insert = (db: Db): Promise<RunRow | null> => (move ? insertRunOfSlot(db, run, move) : insertRun(db, run));
        const insertWith = async (tx: Db): Promise<RunRow | null> => {
          const row = await insert(tx);
          if (row) await also?.(tx);
          return row;
        };
        const row = await (also ? database.transaction(insertWith) : insert(database));
        return row && track(presence, definition, { run, row, parent });
      };
      if (!run.exclusive) return begin();
      return (await presence.lock(registry.lockId(definition.name))) ? holding(presence, definition.name, begin) : null;
    },
    beginDrain: (definition, slot) => {
      const presence = deps.presence();
      return presence && track(presence, definition, { run: newRun(definition, presence, { slot }), row: null });
    },
    beginManual: async ({ definition, with: also, parent, ...rest }) => {
      const presence = alive();
      const run = newRun(definition, presence, { ...rest, parentId: parent?.id ?? null });
      const begin = async (): Promise<ActiveRun> => {
        const row = await database.transaction(async (tx) => {
          await also?.(tx);
          const inserted = await insertRun(tx, run);
          if (inserted) return inserted;
          // thrown in the transaction: a run that was never started must leave no idempotency key and no audit entry
          throw new SchedulerError('LOST_INSTANCE', 'this instance was declared dead before the run began');
        });
        return track(presence, definition, { run, row, parent });
      };
      if (run.exclusive && !(await presence.lock(registry.lockId(definition.name)))) {
        throw await alreadyRunning(definition.name);
      }
      return run.exclusive ? holding(presence, definition.name, begin) : begin();
    },
    active: () => {
      const life = deps.presence();
      return [...runs].filter(([, { presence }]) => presence === life).map(([run]) => run);
    },
    settled: async () => {
      while (runs.size > 0) await Promise.race([...runs.values()].map(({ ended }) => ended));
    },
  };
}
