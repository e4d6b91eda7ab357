// What a module may use of its scheduler: this and the package's public exports, nothing else.
import type { Clock } from '../../base/clock.js';
import type { Encryption } from '../../base/secrets/encryption.js';
import type { Logger } from '../../base/logger.js';
import type { Database, Db, Queryable } from '../../db/database.js';
import type { Engine, SchedulerEvents } from '../contracts/scheduler.js';
import type { JobQueue, UserScope } from '../queue/index.js';
import type { IdempotencyKeys } from '../records/idempotency-keys.js';
import type { WorkspaceKeys } from '../secrets/workspace-keys.js';

/** Secrets at rest, and the API keys that workspaces have stored. */
export interface ModuleSecrets extends Encryption {
  readonly keys: WorkspaceKeys;
}

export interface ModuleHost {
  /** The scheduler's database; `{schema}` in a statement stands for its schema. */
  readonly db: Database;
  /** Runs statements in the caller's transaction: `{schema}` is replaced there too. */
  borrow(db: Queryable): Db;
  /**
   * Runs `work` in a transaction that sees only what this user may see: with the role `punctual_user` if the database has it, so that
   * row-level security applies. Your tables need their grants and policies; your queries should filter by owner as well.
   */
  asUser<T>(user: UserScope, work: (tx: Db) => Promise<T>): Promise<T>;
  readonly enqueue: JobQueue['enqueue'];
  readonly enqueueMany: JobQueue['enqueueMany'];
  /** Runs a process now and returns its finished run. */
  readonly trigger: Engine['trigger'];
  /** Adds the module's name to every line. */
  readonly logger: Logger;
  readonly clock: Clock;
  /**
   * For statements that compare with the time: the manual clock of a test; null: the database's own. Use `coalesce($1::timestamptz, now())`
   * for both.
   */
  now(): Date | null;
  on<E extends keyof SchedulerEvents>(event: E, listener: SchedulerEvents[E]): void;
  off<E extends keyof SchedulerEvents>(event: E, listener: SchedulerEvents[E]): void;
  readonly secrets: ModuleSecrets;
  /** Records who did what; call it for every change by an operator. */
  readonly audit: Engine['audit'];
  /**
   * A service that another module provides. Not available in `create`, which runs before services are known. Throws INVALID_CONFIG, naming
   * what to add, if no module provides it; NOT_STARTED in `create`.
   */
  use<T>(service: string): T;
  /** The same for an optional service: undefined if no module provides it. Throws NOT_STARTED in `create`. */
  find<T>(service: string): T | undefined;
  /** Makes a repeated request return the result of the first one, for 24 hours. */
  readonly idempotency: IdempotencyKeys;
  /**
   * Records the duration of a call to another service, in milliseconds: counted under the receiver's name, such as its host. Names beyond
   * the first 200 count as `other`.
   */
  timed(receiver: string, durationMs: number): void;
  /** Creates an id for a row; ids increase with time. */
  newId(): string;
  /** Notifies every instance that the settings of `jobEnds` have changed. */
  settingsChanged(): Promise<void>;
}
