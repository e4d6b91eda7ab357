// Jobs that wait for others: `after` existing ones, or a whole flow of named steps, stored in one transaction.
import { SchedulerError } from '../../../base/errors.js';
import { borrowed, type Database, type Db, type Queryable } from '../../../db/database.js';
import { insertDependencies, lockDependencies, type Edge } from '../../../db/queue/queries/dependencies.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import type { AnyJob, PayloadFor } from '../define/define-job.js';
import type { EndEffects } from '../settle/end-effects.js';
import type { Enqueued, EnqueueDeps, Enqueuer } from '../enqueue/enqueue.js';
import { toRow, type EnqueueOptions } from '../enqueue/new-job-row.js';
import { checkAfter, checkStep, type AfterOptions, type DependencyFailure, type FlowStep } from './flow-options.js';

export type { AfterOptions, DependencyFailure, FlowStep };
import { planFlow } from './flow-plan.js';
import { tell } from '../wake/queue-channel.js';

export interface Flows {
  /** A step whose payload has been validated. */
  enqueue(steps: readonly FlowStep[], options?: { db?: Queryable }): Promise<Readonly<Record<string, string>>>;
  after<D extends AnyJob | string>(
    job: D,
    payload: PayloadFor<D>,
    options: Omit<EnqueueOptions, 'onConflict'> & AfterOptions,
  ): Promise<Enqueued>;
}

export interface FlowDeps extends EnqueueDeps {
  readonly enqueuer: Enqueuer;
  readonly effects: EndEffects;
  readonly db: Database;
}

const ENDED = new Set(['completed', 'dead', 'cancelled']);

export function createFlows(deps: FlowDeps): Flows {
  const { db, enqueuer, effects } = deps;

  const within = async <T>(own: Queryable | undefined, work: (tx: Db) => Promise<T>): Promise<T> => {
    if (own !== undefined) {
      const tx = borrowed(own, db.schema);
      const result = await work(tx);
      await tell(tx, { kind: 'work' });
      return result;
    }
    const result = await db.transaction(work);
    deps.wake();
    deps.announcer.announce();
    return result;
  };

  /** Stores rows and edges together. A dependency may have ended already: it is treated as if it ended now. */
  const store = async (tx: Db, rows: readonly NewJobRow[], edges: readonly Edge[], outside: readonly string[]) => {
    const known = await lockDependencies(tx, outside);
    const missing = outside.filter((id) => !known.some((job) => job.id === id));
    if (missing.length > 0) {
      throw new SchedulerError('INVALID_INPUT', `there is no job ${missing[0]} to wait for`, { missing });
    }
    const answers = await enqueuer.rows(tx, rows);
    const refused = new Set(rows.filter((_, index) => answers[index]?.existing).map((row) => row.id));
    if (refused.size > 0 && rows.length > 1) {
      throw new SchedulerError('INVALID_INPUT', 'the unique key of a step is held by another job');
    }
    if (refused.size > 0) return answers;
    await insertDependencies(tx, edges);
    const ended = known.filter((job) => ENDED.has(job.status));
    await effects.dependentsOf(tx, ended);
    return answers;
  };

  return {
    enqueue: async (steps, { db: own } = {}) => {
      steps.forEach(checkStep);
      const plan = planFlow(steps);
      const base = steps.map((step) => ({ step, row: toRow(step, deps) }));
      const idOf = new Map(base.map(({ step, row }) => [step.name, row.id]));
      const edges: Edge[] = [];
      const rows = base.map(({ step, row }): NewJobRow => {
        const { waitsFor = [], hasDependents = false } = plan.get(step.name) ?? {};
        const awaited = [...new Set([...waitsFor.map((name) => idOf.get(name) ?? name), ...(step.afterJobs ?? [])])];
        for (const depends_on of awaited) edges.push({ job_id: row.id, depends_on });
        return {
          ...row,
          open_dependencies: awaited.length,
          has_dependents: hasDependents,
          dependency_failure: step.onDependencyFailure ?? 'cancel',
          ...(step.childOf === undefined ? {} : { parent_id: idOf.get(step.childOf) ?? null }),
        };
      });
      const outside = [...new Set(steps.flatMap((step) => step.afterJobs ?? []))];
      await within(own, (tx) => store(tx, rows, edges, outside));
      return Object.fromEntries(idOf);
    },

    async after(job, payload, { db: own, after, onDependencyFailure = 'cancel', ...options }) {
      checkAfter({ after, onDependencyFailure });
      const awaited = [...new Set(after)];
      const row = {
        ...toRow({ job, payload, options }, deps),
        open_dependencies: awaited.length,
        dependency_failure: onDependencyFailure,
      };
      const edges = awaited.map((depends_on) => ({ job_id: row.id, depends_on }));
      const [answer] = await within(own, (tx) => store(tx, [row], edges, awaited));
      return answer as Enqueued;
    },
  };
}
