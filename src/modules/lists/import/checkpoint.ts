// Where an import continues; written together with the members of the pages before it. Pure.
import { z } from 'zod';
import { NO_CURSORS } from './cursor-cycle.js';

const count = z.number().int().nonnegative();

/**
 * Members may move between pages while they are read, and one that moves to a page that has already been read would be missed. If the API
 * delivers a member twice, members have moved: then the audience is read again, which adds only what was missed.
 */
const schema = z.object({
  /** 1 for the first reading. */
  pass: z.number().int().min(1),
  /** The page's number or the cursor; null: from the beginning. */
  at: z.string().nullable(),
  /** Members that came twice in this pass. */
  repeated: count,
  /** Members that were new in this pass. */
  inserted: count,
  /** The last page of the pass has been stored. */
  done: z.boolean(),
  cursors: z.object({ kept: z.string().nullable(), power: z.number().int().min(1), steps: count }),
});

export type Checkpoint = z.output<typeof schema>;

const firstCheckpoint = (pass = 1): Checkpoint => ({
  ...{ pass, at: null, repeated: 0, inserted: 0, done: false },
  cursors: NO_CURSORS,
});

/** The stored checkpoint, or the beginning if there is none or it is not valid. */
export const readCheckpoint = (stored: unknown): Checkpoint => {
  const parsed = schema.safeParse(stored);
  return parsed.success ? parsed.data : firstCheckpoint();
};

const MOST_PASSES = 3;

/** Before the last batch of the first pass is stored: the import is complete if each of its members turns out to be new. */
export const mayEnd = ({ pass, done, repeated }: Checkpoint): boolean => pass === 1 && done && repeated === 0;

/** After the last page of a pass: where the next pass begins, or null if the import is complete. */
export function nextPass({ pass, repeated, inserted }: Checkpoint): Checkpoint | null {
  const moved = pass === 1 ? repeated > 0 : inserted > 0;
  return moved && pass < MOST_PASSES ? firstCheckpoint(pass + 1) : null;
}
