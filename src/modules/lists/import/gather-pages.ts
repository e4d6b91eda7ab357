// Collects pages into a batch: the next one, and those that arrive while the previous batch is being stored.
import type { BatchStore, Gathered } from './batch-store.js';
import type { Checkpoint } from './checkpoint.js';
import { watchCursor } from './cursor-cycle.js';
import { ImportFailed } from './fetch-page.js';
import type { KnownAddresses } from './known-addresses.js';
import { createBatchMaker } from './make-batch.js';
import type { Ahead } from './page-ahead.js';

export interface GatherDeps {
  readonly ahead: Ahead;
  readonly style: 'page' | 'cursor';
  readonly known: KnownAddresses;
  readonly store: Pick<BatchStore, 'busy' | 'idle' | 'end'>;
}

/** A batch is complete with this number of members, however long the previous one takes. */
const STORED_AT_ONCE = 4_000;

/** Returns null if the attempt has been fenced off. Rejects with the error of a page or of the previous batch. */
export async function gatherPages(
  { ahead, style, known, store }: GatherDeps,
  from: Checkpoint,
): Promise<Gathered | null> {
  const maker = createBatchMaker(known);
  let gathered = { pages: 0, total: null as number | null, checkpoint: from };
  const isWanted = (): boolean =>
    gathered.pages === 0 ||
    (!gathered.checkpoint.done && maker.fetched < STORED_AT_ONCE && (ahead.ready() || store.busy));
  while (isWanted()) {
    if (!ahead.ready() && store.busy) {
      await Promise.race([ahead.arrival(), store.idle()]);
      continue;
    }
    if (gathered.pages === 0 && !store.busy && (await store.end()) === null) return null;
    const { members, next, total } = await ahead.take();
    maker.add(members);
    const checkpoint =
      next === null ? { ...gathered.checkpoint, done: true } : onward(gathered.checkpoint, style, next);
    gathered = { pages: gathered.pages + 1, total, checkpoint };
  }
  return { ...gathered, made: maker.made() };
}

/** We count pages ourselves: the page only says whether there is a next one. */
function onward(checkpoint: Checkpoint, style: 'page' | 'cursor', next: string): Checkpoint {
  if (style === 'page') return { ...checkpoint, at: String(Number(checkpoint.at ?? '1') + 1) };
  const cursors = watchCursor(checkpoint.cursors, next);
  if (cursors === null) throw new ImportFailed('the members API repeats its cursors: the audience would never end');
  return { ...checkpoint, at: next, cursors };
}
