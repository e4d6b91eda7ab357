// Stores the batches of one pass in sequence, each while the next one is fetched and normalised.
import type { Db } from '../../../scheduler/public.js';
import type { Attempt } from '../db/attempts.js';
import { storeBatch, type Stored } from '../db/store.js';
import { mayEnd, type Checkpoint } from './checkpoint.js';
import type { MadeBatch } from './make-batch.js';

/** Some consecutive pages, and where the import continues after them. */
export interface Gathered {
  readonly made: MadeBatch;
  readonly pages: number;
  /** Size of the whole audience, according to the last page. */
  readonly total: number | null;
  /** Its counts are those of the previous batch; what is known only once that is stored is added here. */
  readonly checkpoint: Checkpoint;
}

export type PassCounts = Pick<Checkpoint, 'inserted' | 'repeated'>;

export interface PassEnd extends PassCounts {
  /** The last batch has completed the list. */
  readonly ended: boolean;
}

export interface BatchStore {
  /** A batch is being stored. */
  readonly busy: boolean;
  /** Resolves when none is being stored. Never rejects. */
  idle(): Promise<void>;
  /** Awaits the previous batch, then starts this one and returns. False: fenced off. Rejects if the previous batch failed. */
  begin(gathered: Gathered): Promise<boolean>;
  /** Awaits the last batch. Null: fenced off. Rejects if it failed. */
  end(): Promise<PassEnd | null>;
}

export interface BatchStoreDeps {
  readonly db: Db;
  readonly onStored: (stored: Stored, gathered: Gathered) => void;
}

export function createBatchStore(
  { db, onStored }: BatchStoreDeps,
  { id, fence }: Pick<Attempt, 'id' | 'fence'>,
  from: PassCounts,
): BatchStore {
  let counts: PassEnd | null = { inserted: from.inserted, repeated: from.repeated, ended: false };
  let busy = false;
  let last: Promise<void> = Promise.resolve();

  const write = async (gathered: Gathered, before: PassCounts): Promise<void> => {
    const { made } = gathered;
    const repeated = before.repeated + made.repeated;
    const stored = await storeBatch(db, id, fence, batchOf(gathered, { inserted: before.inserted, repeated }));
    counts = stored && {
      inserted: before.inserted + stored.inserted,
      repeated: repeated + stored.repeated,
      ended: stored.ended,
    };
    if (stored !== null) onStored(stored, gathered);
  };

  return {
    get busy() {
      return busy;
    },
    idle: () => last.catch(() => {}),
    async begin(gathered) {
      await last;
      if (counts === null) return false;
      busy = true;
      last = write(gathered, counts).finally(() => (busy = false));
      // a failure is reported to the next call
      last.catch(() => {});
      return true;
    },
    async end() {
      await last;
      return counts;
    },
  };
}

function batchOf({ made, pages, total, checkpoint }: Gathered, counts: PassCounts) {
  const { repeated: _, ...batch } = made;
  const again = checkpoint.pass > 1;
  return {
    ...batch,
    ...(again ? { rejects: [], invalid: 0 } : {}),
    ...{ pages: again ? 0 : pages, total, checkpoint: { ...checkpoint, ...counts }, again },
    endsIfNew: mayEnd({ ...checkpoint, ...counts }),
  };
}
