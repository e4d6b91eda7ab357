// import_list: one attempt to import a list from its checkpoint; it ends the list, or releases its slot to the next one.
import { z } from 'zod';
import { toError } from '../../../base/errors.js';
import { bury, cancel, defineJob, snooze, type HandlerVerdict, type JobContext } from '../../../scheduler/public.js';
import { beginAttempt, endAttempt, type Attempt } from '../db/attempts.js';
import type { Listing } from '../listing.js';
import { IMPORT_LIST, LOOK_AGAIN_MS, MEMBERS_PROVIDER } from '../names.js';
import { ImportFailed, type Audience } from './fetch-page.js';
import { PutOff } from './key-gates.js';
import { readAudience, type ReadDeps } from './read-audience.js';
import { Fenced, whileHeld } from './while-held.js';

export interface ImportDeps extends Omit<ReadDeps, 'onProgress' | 'client'> {
  /** null: no members API is configured. */
  readonly client: ReadDeps['client'] | null;
  readonly keys: { read(workspaceId: string, provider: string): Promise<string | null> };
  readonly listing: Pick<Listing, 'callNext'>;
  /** Lists that one process imports at once. */
  readonly concurrency: number;
  /** Lists of one key at once, over all instances. */
  readonly perKey: number;
}

const SIX_HOURS_MS = 6 * 3_600_000;

export const importJob = (deps: ImportDeps) =>
  defineJob({
    type: IMPORT_LIST,
    description: 'Imports the members of a batch list, from its checkpoint',
    queue: 'lists',
    schema: z.strictObject({ list_id: z.guid() }),
    concurrency: deps.concurrency,
    timeoutMs: SIX_HOURS_MS,
    // faults of the members API are retried for each page; these retries are for faults of our own environment
    retry: { maxAttempts: 20, tableS: [0, 1, 2, 5, 10, 30, 60] },
    // an import may take hours, so it is likely to be running when a process dies
    crashLimit: 20,
    run: (ctx, { list_id: listId }) => attemptImport(deps, ctx, listId),
  });

const takenAway = () => cancel('the list was cancelled, deleted or taken over');

async function attemptImport(deps: ImportDeps, ctx: JobContext, listId: string): Promise<unknown> {
  const begun = await beginAttempt(deps.db, listId, ctx.jobId, deps.perKey);
  if (begun.kind === 'gone' || begun.kind === 'completed') {
    // its slot in the queue goes to the next list
    await deps.listing.callNext(ctx.workspaceId);
    if (begun.kind === 'completed') return { list_id: listId };
    return cancel('the list was cancelled or deleted, or has another job');
  }
  if (begun.kind === 'full') return snooze(LOOK_AGAIN_MS * (1 + deps.random()));
  const { attempt, blockedMs } = begun;
  // other instances may have met the rate limit
  if (attempt.workspace_id !== null) deps.gates.learn(attempt.workspace_id, blockedMs);
  try {
    return await importWith(deps, ctx, attempt);
  } catch (error) {
    // awaited here, so that its error is handled while the next list is started
    return await endBadly(deps, attempt, error);
  } finally {
    await deps.listing.callNext(attempt.workspace_id);
  }
}

async function importWith(deps: ImportDeps, ctx: JobContext, attempt: Attempt): Promise<unknown> {
  const { client } = deps;
  if (client === null) throw new ImportFailed('no members API is configured: set MEMBERS_API_URL');
  const audience = await audienceOf(deps, attempt);
  const onProgress = (fetched: number, total: number | null): void =>
    ctx.progress(total === null || total === 0 ? 0 : Math.min(1, fetched / total));
  const end = await whileHeld(deps.db, attempt, ctx.signal, (signal) =>
    readAudience({ ...deps, client, onProgress }, attempt, audience, signal),
  );
  const ended =
    end === 'ended' || (end === 'complete' && (await endAttempt(deps.db, attempt, { status: 'completed' })));
  return ended ? { list_id: attempt.id } : takenAway();
}

async function audienceOf({ keys }: ImportDeps, { workspace_id: workspaceId, audience }: Attempt): Promise<Audience> {
  const apiKey = workspaceId === null ? null : await keys.read(workspaceId, MEMBERS_PROVIDER);
  if (workspaceId === null || apiKey === null) throw new ImportFailed('the workspace has no key for the members API');
  return { workspaceId, apiKey, audience };
}

/** Errors that an operator or the owner must see end the list; all others are retried by the queue. */
async function endBadly({ db }: ImportDeps, attempt: Attempt, error: unknown): Promise<HandlerVerdict> {
  if (error instanceof Fenced) return takenAway();
  if (error instanceof ImportFailed) {
    await endAttempt(db, attempt, { status: 'failed', error: error.message });
    return bury(error.message);
  }
  // the slot is free while it waits; if the database fails, the next attempt takes over the list anyway
  await endAttempt(db, attempt, { status: 'queued', error: toError(error).message.slice(0, 500) }).catch(() => false);
  if (error instanceof PutOff) return snooze(error.delayMs);
  throw error;
}
