// Collects pages into a batch: enough of them for a statement to be worthwhile, and those that arrive while the previous batch is stored.
import { sleep } from '../../../base/timing/sleep.js';
import type { BatchStore, Gathered } from './batch-store.js';
import type { Checkpoint } from './checkpoint.js';
import { watchCursor } from './cursor-cycle.js';
import { ImportFailed } from './fetch-page.js';
import type { KnownAddresses } from './known-addresses.js';
import { createBatchMaker } from './make-batch.js';
import type { Ahead } from './page-ahead.js';
import type { PageWatch } from './page-watch.js';

export interface GatherDeps {
  readonly ahead: Ahead;
  readonly style: 'page' | 'cursor';
  readonly known: KnownAddresses;
  /** Of the whole pass. */
  readonly watch: PageWatch;
  readonly store: Pick<BatchStore, 'busy' | 'idle' | 'end'>;
}

/** A batch is complete with this number of members, however long the previous one takes. */
const STORED_AT_ONCE = 4_000;
/** For fewer, pages that are on their way are awaited for a moment: a short list is stored with one statement and one commit. */
const WORTH_STORING = 1_000;
const LONGEST_WAIT_MS = 100;

/** Returns null if the attempt has been fenced off. Rejects with the error of a page or of the previous batch. */
export async function gatherPages(
  { ahead, style, known, watch, store }: GatherDeps,
  from: Checkpoint,
): Promise<Gathered | null> {
  const maker = createBatchMaker(known);
  let repeated = 0;
  let gathered = { pages: 0, total: null as number | null, checkpoint: from };
  const patience = createPatience(LONGEST_WAIT_MS);
  const mayWait = (): boolean => store.busy || (maker.fetched < WORTH_STORING && !patience.isOver());
  const isWanted = (): boolean =>
    gathered.pages === 0 ||
    (!gathered.checkpoint.done && maker.fetched < STORED_AT_ONCE && (ahead.ready() || mayWait()));
  try {
    while (isWanted()) {
      if (!ahead.ready() && (store.busy || gathered.pages > 0)) {
        await Promise.race([ahead.arrival(), store.busy ? store.idle() : patience.over()]);
        continue;
      }
      if (gathered.pages === 0 && !store.busy && (await store.end()) === null) return null;
      const { members, next, total } = await ahead.take();
      maker.add(members);
      repeated += watch(members);
      const checkpoint =
        next === null ? { ...gathered.checkpoint, done: true } : onward(gathered.checkpoint, style, next);
      gathered = { pages: gathered.pages + 1, total, checkpoint };
    }
  } finally {
    patience.end();
  }
  const made = maker.made();
  return { ...gathered, made: { ...made, repeated: made.repeated + repeated } };
}

/** A wait that begins with the first call of `over`. */
function createPatience(ms: number) {
  const ended = new AbortController();
  let waiting: Promise<void> | undefined;
  let isOver = false;
  return {
    isOver: () => isOver,
    over: () => (waiting ??= sleep(ms, ended.signal).then(() => void (isOver = true))),
    end: () => ended.abort(),
  };
}

/** We count pages ourselves: the page only says whether there is a next one. */
function onward(checkpoint: Checkpoint, style: 'page' | 'cursor', next: string): Checkpoint {
  if (style === 'page') return { ...checkpoint, at: String(Number(checkpoint.at ?? '1') + 1) };
  const cursors = watchCursor(checkpoint.cursors, next);
  if (cursors === null) throw new ImportFailed('the members API repeats its cursors: the audience would never end');
  return { ...checkpoint, at: next, cursors };
}
