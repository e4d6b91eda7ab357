// A queue over a database of the test's own, and instances that live as long as the test says.
import { randomUUID } from 'node:crypto';
import { silentLogger } from '../../../src/base/logger.js';
import {
  createQueue,
  type AnyJob,
  type Job,
  type Queue,
  type QueueOptions,
} from '../../../src/scheduler/queue/index.js';
import type { TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

export interface TestInstance {
  readonly id: string;
  readonly life: () => { instanceId: string; signal: AbortSignal };
  /** This life is over: its work is aborted. */
  lose(): void;
  /** As if the process had been killed: the others see it dead, it knows nothing. */
  die(): Promise<void>;
}

/** A living instance, as the engine would have made it. */
export async function joinInstance(database: TestDatabase): Promise<TestInstance> {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key)
     VALUES ($1, 'test', 1, '0', nextval('punctual.presence_keys'))`,
    [id],
  );
  const over = new AbortController();
  return {
    id,
    life: () => ({ instanceId: id, signal: over.signal }),
    lose: () => over.abort(new Error('lost')),
    die: async () => {
      await database.pool.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE id = $1`, [id]);
    },
  };
}

export interface TestQueue {
  readonly queue: Queue;
  readonly instance: TestInstance;
  /** Waits until the job has one of these states and answers it. */
  reaches(id: string, ...statuses: Job['status'][]): Promise<Job>;
  stop(): Promise<void>;
}

export type TestQueueOptions = Partial<QueueOptions> & { readonly jobs: readonly AnyJob[]; readonly start?: boolean };

/** A queue with an instance of its own; its worker runs unless `start` is false. */
export async function startQueue(database: TestDatabase, options: TestQueueOptions): Promise<TestQueue> {
  const { start = true, ...rest } = options;
  const instance = await joinInstance(database);
  const queue = createQueue({ db: database.db, logger: silentLogger, life: instance.life, pollMs: 500, ...rest });
  if (start) await queue.worker.start();
  return {
    queue,
    instance,
    reaches: (id, ...statuses) => reaches(queue, id, ...statuses),
    stop: () => queue.worker.stop({ graceMs: 0 }),
  };
}

export interface QueueKits {
  /** A queue over the file's database; `clear` stops it. */
  open(options: TestQueueOptions): Promise<TestQueue>;
  /** After each test: stops all that were opened and deletes their jobs. */
  clear(): Promise<void>;
}

/** `database` is asked when it is needed: a file opens its own before its tests. */
export function queueKits(database: () => TestDatabase): QueueKits {
  const kits: TestQueue[] = [];
  return {
    async open(options) {
      const kit = await startQueue(database(), options);
      kits.push(kit);
      return kit;
    },
    async clear() {
      for (const kit of kits.splice(0)) await kit.stop();
      await database().pool.query('DELETE FROM punctual.jobs');
    },
  };
}

async function reaches(queue: Queue, id: string, ...statuses: Job['status'][]): Promise<Job> {
  let last = '';
  return waitFor(
    async () => {
      const job = await queue.admin.get(id);
      last = job.status;
      return statuses.includes(job.status) && job;
    },
    { what: () => `job ${id} is ${last}, not ${statuses.join(' or ')}` },
  );
}

/** Works until nothing is due. */
export const workOnce = (queue: Queue) => queue.worker.workOnce({ closing: new AbortController().signal });

/** A promise and the means to settle it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
