// The import itself: pages in order, a few of them in one statement, the checkpoint with their members.
import type { MembersPage } from '../../../clients/members/members-client.js';
import type { Db } from '../../../scheduler/public.js';
import type { Attempt } from '../db/attempts.js';
import { storeBatch, type Stored } from '../db/store.js';
import { nextPass, readCheckpoint, type Checkpoint } from './checkpoint.js';
import { watchCursor } from './cursor-cycle.js';
import { fetchPage, ImportFailed, type Audience, type FetchDeps } from './fetch-page.js';
import { makeBatch } from './make-batch.js';
import { pagesAhead, type Ahead } from './page-ahead.js';

export interface ReadDeps extends FetchDeps {
  readonly db: Db;
  /** Numbered pages fetched at once. */
  readonly parallel: number;
  readonly maxMembers: number;
  readonly onStored: (members: number) => void;
  readonly onProgress: (fetched: number, total: number | null) => void;
}

/** `fenced`: cancelled, deleted, or taken over by a later attempt. */
export type ReadEnd = 'complete' | 'fenced';

const STORED_AT_ONCE = 2_000;
const BUFFERED_PAGES = 32;

interface Taken {
  readonly pages: readonly MembersPage[];
  readonly checkpoint: Checkpoint;
  readonly last: boolean;
}

/** Throws ImportFailed, PutOff, or the signal's reason. */
export async function readAudience(
  deps: ReadDeps,
  attempt: Attempt,
  audience: Audience,
  signal: AbortSignal,
): Promise<ReadEnd> {
  let checkpoint: Checkpoint | null = readCheckpoint(attempt.checkpoint);
  while (checkpoint !== null) {
    const over = new AbortController();
    const stopped = AbortSignal.any([signal, over.signal]);
    const ahead = pagesAhead({
      style: deps.client.style,
      from: checkpoint.at,
      parallel: deps.parallel,
      buffered: BUFFERED_PAGES,
      fetch: (at) => fetchPage(deps, audience, at, stopped),
    });
    try {
      const end: Checkpoint | null = checkpoint.done
        ? checkpoint
        : await readPass(deps, attempt, audience, ahead, checkpoint);
      if (end === null) return 'fenced';
      checkpoint = nextPass(end);
    } finally {
      over.abort();
    }
  }
  return 'complete';
}

/** Returns the checkpoint at the end of the pass; null: fenced off. */
async function readPass(
  deps: ReadDeps,
  attempt: Attempt,
  audience: Audience,
  ahead: Ahead,
  from: Checkpoint,
): Promise<Checkpoint | null> {
  let fetched = 0;
  for (let checkpoint = from; ;) {
    const taken = await takePages(ahead, checkpoint, deps.client.style);
    fetched += taken.pages.reduce((sum, { members }) => sum + members.length, 0);
    if (fetched > deps.maxMembers) throw new ImportFailed(`the audience has more than ${deps.maxMembers} members`);
    const stored = await store(deps.db, attempt, taken);
    if (stored === null) return null;
    deps.onStored(stored.inserted);
    deps.gates.learn(audience.workspaceId, stored.blockedMs);
    checkpoint = counted(taken.checkpoint, stored);
    deps.onProgress(fetched, taken.pages.at(-1)?.total ?? null);
    if (taken.last) return checkpoint;
  }
}

/** The next page, and those after it that are there already. */
async function takePages(ahead: Ahead, from: Checkpoint, style: 'page' | 'cursor'): Promise<Taken> {
  const pages: MembersPage[] = [];
  let checkpoint = from;
  for (let rows = 0; pages.length === 0 || (rows < STORED_AT_ONCE && ahead.ready());) {
    const page = await ahead.take();
    pages.push(page);
    rows += page.members.length;
    if (page.next === null) return { pages, checkpoint: { ...checkpoint, done: true }, last: true };
    checkpoint = style === 'page' ? onward(checkpoint) : after(checkpoint, page.next);
  }
  return { pages, checkpoint, last: false };
}

/** Numbers are our own: what a page says of the next one only tells whether there is one. */
const onward = (checkpoint: Checkpoint): Checkpoint => ({
  ...checkpoint,
  at: String(Number(checkpoint.at ?? '1') + 1),
});

function after(checkpoint: Checkpoint, cursor: string): Checkpoint {
  const cursors = watchCursor(checkpoint.cursors, cursor);
  if (cursors === null) throw new ImportFailed('the members API repeats its cursors: the audience would never end');
  return { ...checkpoint, at: cursor, cursors };
}

/** What is known only once the batch is stored goes into the checkpoint of the next one. */
const counted = (checkpoint: Checkpoint, { inserted, repeated }: Stored): Checkpoint => ({
  ...checkpoint,
  inserted: checkpoint.inserted + inserted,
  repeated: checkpoint.repeated + repeated,
});

function store(db: Db, { id, fence }: Attempt, { pages, checkpoint }: Taken): Promise<Stored | null> {
  const again = checkpoint.pass > 1;
  const { repeated, rejects, ...made } = makeBatch(pages.flatMap(({ members }) => members));
  return storeBatch(db, id, fence, {
    ...made,
    ...(again ? { rejects: [], invalid: 0 } : { rejects }),
    pages: again ? 0 : pages.length,
    total: pages.at(-1)?.total ?? null,
    checkpoint: { ...checkpoint, repeated: checkpoint.repeated + repeated },
    again,
  }).then((stored) => stored && { ...stored, repeated: stored.repeated + repeated });
}
