// The import itself: reads pages in order and stores several of them in one statement, together with the checkpoint.
import { linkSignals } from '../../../base/timing/linked-signal.js';
import type { Db } from '../../../scheduler/public.js';
import type { Attempt } from '../db/attempts.js';
import { createBatchStore } from './batch-store.js';
import { nextPass, readCheckpoint, type Checkpoint } from './checkpoint.js';
import { fetchPage, ImportFailed, type Audience, type FetchDeps } from './fetch-page.js';
import { gatherPages } from './gather-pages.js';
import { createKnownAddresses, NOTHING_CERTAIN, type KnownAddresses } from './known-addresses.js';
import { pagesAhead, type Ahead } from './page-ahead.js';
import { createPageWatch } from './page-watch.js';

export interface ReadDeps extends FetchDeps {
  readonly db: Db;
  /** Numbered pages fetched at once. */
  readonly parallel: number;
  readonly maxMembers: number;
  readonly onStored: (members: number) => void;
  readonly onProgress: (fetched: number, total: number | null) => void;
}

/** `ended`: complete, and the last batch has said so. `fenced`: cancelled, deleted, or taken over by a later attempt. */
export type ReadEnd = 'complete' | 'ended' | 'fenced';

const BUFFERED_PAGES = 32;

/** Throws ImportFailed, PutOff, or the signal's reason. */
export async function readAudience(
  deps: ReadDeps,
  attempt: Attempt,
  audience: Audience,
  signal: AbortSignal,
): Promise<ReadEnd> {
  // no checkpoint: an earlier attempt, if any, has stored nothing
  const known = attempt.checkpoint === null ? createKnownAddresses() : NOTHING_CERTAIN;
  let checkpoint: Checkpoint | null = readCheckpoint(attempt.checkpoint);
  while (checkpoint !== null) {
    const pass = linkSignals(signal);
    const ahead = pagesAhead({
      style: deps.client.style,
      from: checkpoint.at,
      parallel: deps.parallel,
      buffered: BUFFERED_PAGES,
      fetch: (at) => fetchPage(deps, audience, at, pass.signal),
    });
    try {
      const end: PassResult | null = checkpoint.done
        ? { checkpoint, ended: false }
        : await readPass(deps, attempt, audience, { ahead, known }, checkpoint);
      if (end === null) return 'fenced';
      if (end.ended) return 'ended';
      checkpoint = nextPass(end.checkpoint);
    } finally {
      pass.unlink();
      pass.abort(new Error('the pages are not wanted any more'));
    }
  }
  return 'complete';
}

interface PassResult {
  readonly checkpoint: Checkpoint;
  readonly ended: boolean;
}

/** Returns the checkpoint at the end of the pass; null: fenced off. When it throws, nothing is being stored any more. */
async function readPass(
  deps: ReadDeps,
  attempt: Attempt,
  { workspaceId }: Audience,
  { ahead, known }: { ahead: Ahead; known: KnownAddresses },
  from: Checkpoint,
): Promise<PassResult | null> {
  // a later pass reads the audience again from its beginning
  let fetched = from.pass === 1 ? attempt.fetched : 0;
  let stored = fetched;
  const onStored: Parameters<typeof createBatchStore>[0]['onStored'] = ({ inserted, blockedMs }, { made, total }) => {
    stored += made.fetched;
    deps.onStored(inserted);
    deps.gates.learn(workspaceId, blockedMs);
    deps.onProgress(stored, total);
  };
  const watch = createPageWatch();
  const store = createBatchStore({ db: deps.db, onStored }, attempt, from);
  try {
    for (let checkpoint = from; ;) {
      const gathered = await gatherPages({ ahead, style: deps.client.style, known, watch, store }, checkpoint);
      if (gathered === null) return null;
      ({ checkpoint } = gathered);
      fetched += gathered.made.fetched;
      if (fetched > deps.maxMembers) throw new ImportFailed(`the audience has more than ${deps.maxMembers} members`);
      if (!(await store.begin(gathered))) return null;
      if (!checkpoint.done) continue;
      const end = await store.end();
      if (end === null) return null;
      const { ended, ...counts } = end;
      return { checkpoint: { ...checkpoint, ...counts }, ended };
    }
  } catch (error) {
    if ((await store.end()) === null) return null;
    throw error;
  }
}
