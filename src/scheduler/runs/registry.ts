// What this instance can run: processes, and the sources whose due work starts them.
import { SchedulerError } from '../../base/errors.js';
import type { ProcessRow } from '../../db/engine/queries/runs/processes.js';
import { checkProcess, type ProcessDefinition } from '../contracts/define-process.js';
import type { ClaimHolder, ScheduledSource } from '../contracts/source.js';

export interface RegisteredSource {
  readonly source: ScheduledSource;
  /** The process that its due work starts. */
  readonly process: string;
}

export interface Registry {
  addProcess(definition: ProcessDefinition): void;
  addSource(source: ScheduledSource, process: string): void;
  /** Rescued together with the sources, but started by something else. */
  addHolder(holder: ClaimHolder): void;
  /** No more may be registered. */
  close(): void;
  definitions(): readonly ProcessDefinition[];
  /** Those that run with the batch, in the order in which they were registered. */
  batch(): readonly ProcessDefinition[];
  /** Processes that their schedule starts: all except batch processes. */
  ticking(): readonly string[];
  names(): readonly string[];
  /** Throws PROCESS_NOT_FOUND. */
  process(name: string): ProcessDefinition;
  sources(): readonly RegisteredSource[];
  /** True for a process that is started by the due work of a source. */
  drains(process: string): boolean;
  /** Sources and others: everything whose claims are released when an instance dies. */
  holders(): readonly ClaimHolder[];
  /** Ids of process locks, known once the rows are declared. */
  learn(rows: readonly ProcessRow[]): void;
  lockId(name: string): number;
}

export const isExclusive = (definition: ProcessDefinition): boolean => definition.exclusive !== false;

export function createRegistry(): Registry {
  const definitions = new Map<string, ProcessDefinition>();
  const sources: RegisteredSource[] = [];
  const holders: ClaimHolder[] = [];
  const lockIds = new Map<string, number>();
  let closed = false;

  const mustBeOpen = (what: string): void => {
    if (closed) throw new SchedulerError('INVALID_CONFIG', `${what} must be registered before start`);
  };

  return {
    addProcess: (definition) => {
      mustBeOpen(`process "${definition.name}"`);
      if (definitions.has(definition.name)) {
        throw new SchedulerError('INVALID_CONFIG', `two processes are named "${definition.name}"`);
      }
      checkProcess(definition);
      definitions.set(definition.name, definition);
    },
    addSource: (source, process) => {
      mustBeOpen(`source "${source.name}"`);
      sources.push({ source, process });
      holders.push(source);
    },
    addHolder: (holder) => {
      mustBeOpen(`"${holder.name}"`);
      holders.push(holder);
    },
    close: () => {
      closed = true;
      const orphan = sources.find(({ process }) => !definitions.has(process));
      if (orphan) {
        const { source, process } = orphan;
        throw new SchedulerError(
          'INVALID_CONFIG',
          `source "${source.name}" starts "${process}", which is not a process`,
        );
      }
    },
    definitions: () => [...definitions.values()],
    batch: () => [...definitions.values()].filter(({ batch }) => batch),
    ticking: () => [...definitions.values()].filter(({ batch }) => !batch).map(({ name }) => name),
    names: () => [...definitions.keys()],
    process: (name) => {
      const definition = definitions.get(name);
      if (definition) return definition;
      throw new SchedulerError('PROCESS_NOT_FOUND', `there is no process "${name}"`, {
        name,
        known: [...definitions.keys()],
      });
    },
    sources: () => sources,
    drains: (name) => sources.some(({ process }) => process === name),
    holders: () => holders,
    learn: (rows) => rows.forEach((row) => lockIds.set(row.name, row.lock_id)),
    lockId: (name) => {
      const id = lockIds.get(name);
      if (id === undefined) throw new SchedulerError('NOT_STARTED', `process "${name}" is not declared yet`);
      return id;
    },
  };
}
