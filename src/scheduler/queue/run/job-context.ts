// The context of a handler: its job and what it may do with it.
import { SchedulerError } from '../../../base/errors.js';
import type { LogFields } from '../../../base/logger.js';
import type { Database } from '../../../db/database.js';
import { listDependencyResults } from '../../../db/queue/queries/dependencies.js';
import { saveCheckpoint } from '../../../db/queue/admin-queries/logs.js';
import type { FinishedDependency, JobContext } from '../define/define-job.js';
import type { JobJournal } from './job-journal.js';
import type { RunningJob } from './running-jobs.js';
import { describeThrown } from '../../../base/thrown.js';
import { isUnstorable, toJson } from '../../../base/to-json.js';

export interface ContextDeps {
  readonly db: Database;
  readonly journal: JobJournal;
}

/** Throws INVALID_INPUT for a value that jsonb cannot store. */
function checkpointJson(state: unknown): string {
  let json: string;
  try {
    json = toJson(state) ?? 'null';
  } catch (cause) {
    const why = describeThrown(cause).message;
    throw new SchedulerError('INVALID_INPUT', `a checkpoint must be JSON: ${why}`, {}, { cause });
  }
  if (!isUnstorable(json)) return json;
  throw new SchedulerError('INVALID_INPUT', 'a checkpoint must not contain NUL or a lone surrogate');
}

/**
 * A class, because one is created per job and its functions should not be: they are created when they are read, and can be detached from
 * it.
 */
export class HandlerContext implements JobContext {
  private kept: unknown;
  private logs: JobContext['log'] | undefined;

  constructor(
    private readonly deps: ContextDeps,
    private readonly running: RunningJob,
  ) {
    this.kept = running.item.extras.checkpoint ?? undefined;
  }

  private get item(): RunningJob['item'] {
    return this.running.item;
  }
  get jobId(): string {
    return this.item.id;
  }
  get type(): string {
    return this.item.type;
  }
  get attempt(): number {
    return this.item.attempt;
  }
  get maxAttempts(): number {
    return this.item.extras.max_attempts;
  }
  get scheduledFor(): Date {
    return new Date(this.item.scheduledMs);
  }
  get tenantId(): string | null {
    return this.item.tenantId;
  }
  get workspaceId(): string | null {
    return this.item.extras.workspace_id;
  }
  get userId(): string | null {
    return this.item.extras.user_id;
  }
  get signal(): AbortSignal {
    return this.running.signal;
  }
  get checkpoint(): unknown {
    return this.kept;
  }

  get saveCheckpoint(): JobContext['saveCheckpoint'] {
    return (state) => this.keep(state);
  }

  private async keep(state: unknown): Promise<void> {
    const json = checkpointJson(state);
    const { id, claimToken } = this.running.item;
    if (!(await saveCheckpoint(this.deps.db, id, claimToken, json))) {
      throw new SchedulerError('LOST_INSTANCE', 'the claim of this job was lost: its checkpoint was not stored', {
        id,
      });
    }
    this.kept = JSON.parse(json) as unknown;
  }

  get progress(): JobContext['progress'] {
    return (fraction, note) => this.deps.journal.progress(this.running.item, fraction, note);
  }

  get log(): JobContext['log'] {
    const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, data?: LogFields) =>
      this.deps.journal.line(this.running.item, level, message, data);
    this.logs ??= { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    return this.logs;
  }

  get dependencies(): JobContext['dependencies'] {
    return () => this.readDependencies();
  }

  private async readDependencies(): Promise<readonly FinishedDependency[]> {
    const rows = await listDependencyResults(this.deps.db, this.item.id);
    return rows.map(({ is_child, ...row }) => ({ ...row, isChild: is_child }));
  }
}
