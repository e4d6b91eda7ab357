// Enqueues any number of jobs in one statement, in the caller's transaction if there is one.
import type { Clock } from '../../../base/clock.js';
import type { Database, Db, Queryable } from '../../../db/database.js';
import { borrowed } from '../../../db/database.js';
import { lockClaims } from '../../../db/queue/queries/claim-jobs.js';
import { findKeyHolders, insertJobs } from '../../../db/queue/queries/insert-jobs.js';
import { advanceHolder } from '../../../db/queue/queries/replace-jobs.js';
import type { NewJobRow } from '../../../db/queue/queries/rows.js';
import type { AnyJob, PayloadOf } from '../define/define-job.js';
import type { Announcer } from '../wake/queue-channel.js';
import { tell } from '../wake/queue-channel.js';
import type { Enqueued } from './enqueued.js';
import { toRow, type EnqueueOptions, type NewJob, type RowDeps } from './new-job-row.js';
import { insertOrReplace } from './replace-job.js';
import { tracedSend } from './traced-send.js';

export type { Enqueued };

export interface EnqueueDeps extends RowDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly now: () => Date | null;
  readonly announcer: Announcer;
  /** Work for this process itself, of these types or of any type: no round trip is needed. */
  readonly wake: (types?: readonly string[]) => void;
}

const MAX_STATEMENT = 1_000;

export interface EnqueueOne {
  <D extends AnyJob>(job: D, payload: PayloadOf<D>, options?: EnqueueOptions): Promise<Enqueued>;
  /**
   * By the name of a type. If this process knows the type, its definition validates the payload and provides the defaults. Otherwise the
   * payload is validated by the process that runs the job.
   */
  (type: string, payload: unknown, options?: EnqueueOptions): Promise<Enqueued>;
}

export type EnqueueMany = (jobs: readonly NewJob[], options?: { db?: Queryable }) => Promise<readonly Enqueued[]>;

export interface Enqueuer {
  readonly one: EnqueueOne;
  /** In one statement per thousand jobs; all or none, within the caller's transaction or one of its own. */
  readonly many: EnqueueMany;
  /** Rows that exist already, in the caller's transaction. */
  rows(db: Db, rows: readonly NewJobRow[]): Promise<readonly Enqueued[]>;
}

export function createEnqueuer(deps: EnqueueDeps): Enqueuer {
  const { db, announcer } = deps;

  /**
   * Stores rows with distinct keys and returns the holders of the keys of those that were refused. If a holder ends in between, it has
   * released its key, and the row is stored after all, so that each returned id exists.
   */
  const storeOrFind = async (target: Db, rows: readonly NewJobRow[], following: number) => {
    const holders = new Map<string, string>();
    for (let left = rows; left.length > 0;) {
      const refused = await insertJobs(target, left, deps.now(), following);
      if (refused.length === 0) break;
      const found = await findKeyHolders(
        target,
        refused.map((job) => job.unique_key),
      );
      for (const [key, id] of found) holders.set(key, id);
      const free = new Set(refused.filter((job) => !found.has(job.unique_key)).map((job) => job.id));
      left = left.filter((row) => free.has(row.id));
    }
    return holders;
  };

  /** Inserts jobs; for a job whose key is held, or used twice in this call, the holder is returned. */
  const insert = async (target: Db, rows: readonly NewJobRow[], following = 0): Promise<readonly Enqueued[]> => {
    const firstOf = new Map<string, string>();
    const fresh = rows.filter(({ unique_key, id }) => {
      if (unique_key === undefined) return true;
      if (firstOf.has(unique_key)) return false;
      firstOf.set(unique_key, id);
      return true;
    });
    const holders = await storeOrFind(target, fresh, following);
    if (holders.size === 0 && fresh.length === rows.length) return rows.map(({ id }) => ({ id, existing: false }));
    return rows.map(({ id, unique_key }) => {
      const holder = unique_key === undefined ? id : (holders.get(unique_key) ?? firstOf.get(unique_key) ?? id);
      return { id: holder, existing: holder !== id };
    });
  };

  const insertAll = async (target: Db, rows: readonly NewJobRow[]): Promise<readonly Enqueued[]> => {
    const answers: Enqueued[] = [];
    for (let from = 0; from < rows.length; from += MAX_STATEMENT) {
      const chunk = rows.slice(from, from + MAX_STATEMENT);
      answers.push(...(await insert(target, chunk, rows.length - from - chunk.length)));
    }
    return answers;
  };

  /** The holder of the key becomes due, or the job is stored if nothing holds it; a holder that is due earlier, or runs, is kept. */
  const advance = async (target: Db, row: NewJobRow): Promise<Enqueued> => {
    const moved = await advanceHolder(target, row, deps.now());
    if (moved !== undefined) return { id: moved, existing: true, replaced: true };
    const [stored] = await insert(target, [row]);
    return stored as Enqueued;
  };

  const insertWanted = async (target: Db, jobs: readonly Wanted[]): Promise<readonly Enqueued[]> => {
    const plain = jobs.filter(({ onConflict }) => onConflict === 'keep').map(({ row }) => row);
    // locked before any key is: two calls with several keys each would wait for one another
    if (jobs.length > 1 && jobs.some(({ onConflict }) => onConflict === 'replace')) await lockClaims(target);
    const stored = await insertAll(target, plain);
    if (plain.length === jobs.length) return stored;
    const answers = new Map(plain.map(({ id }, index) => [id, stored[index]]));
    for (const { row, onConflict } of jobs) {
      if (onConflict === 'replace') answers.set(row.id, await insertOrReplace(target, row, deps));
      if (onConflict === 'advance') answers.set(row.id, await advance(target, row));
    }
    return jobs.map(({ row }) => answers.get(row.id) as Enqueued);
  };

  const insertAlone = async (jobs: readonly Wanted[]): Promise<readonly Enqueued[]> => {
    const [first] = jobs;
    if (jobs.length === 1 && first?.onConflict === 'advance') return [await advance(db, first.row)];
    const oneStatement = jobs.length <= MAX_STATEMENT && jobs.every(({ onConflict }) => onConflict === 'keep');
    if (!oneStatement) return db.transaction((tx) => insertWanted(tx, jobs));
    return insert(
      db,
      jobs.map(({ row }) => row),
    );
  };

  const enqueue = (own: Queryable | undefined, jobs: readonly NewJob[]): Promise<readonly Enqueued[]> => {
    const telemetry = deps.telemetry.current;
    return telemetry === null ? store(own, jobs) : tracedSend(telemetry, jobs, deps.clock, () => store(own, jobs));
  };

  /** In the caller's transaction the wake-up is part of it; otherwise it follows. */
  const store = async (own: Queryable | undefined, jobs: readonly NewJob[]): Promise<readonly Enqueued[]> => {
    const wanted = jobs.map((job): Wanted => ({
      row: toRow(job, deps),
      onConflict: job.options?.onConflict ?? 'keep',
    }));
    const types = typesOf(wanted);
    if (own !== undefined) {
      const tx = borrowed(own, db.schema);
      const answers = await insertWanted(tx, wanted);
      await tell(tx, { kind: 'work', ...(types === undefined ? {} : { types }) });
      return answers;
    }
    const answers = await insertAlone(wanted);
    deps.wake(types);
    announcer.announce(types);
    return answers;
  };

  return {
    async one(job: AnyJob | string, payload: unknown, { db: own, ...options }: EnqueueOptions = {}) {
      const [answer] = await enqueue(own, [{ job, payload, options }]);
      return answer as Enqueued;
    },
    many: async (jobs, { db: own } = {}) => (jobs.length === 0 ? [] : enqueue(own, jobs)),
    rows: insertAll,
  };
}

/** Undefined: the job that holds a key may be of any type. */
function typesOf(jobs: readonly Wanted[]): readonly string[] | undefined {
  if (jobs.some(({ onConflict }) => onConflict !== 'keep')) return undefined;
  return [...new Set(jobs.map(({ row }) => row.type))];
}

interface Wanted {
  readonly row: NewJobRow;
  readonly onConflict: NonNullable<EnqueueOptions['onConflict']>;
}
