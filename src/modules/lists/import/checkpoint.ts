// Where an import continues: written with the members of the pages before it. Pure.
import { z } from 'zod';
import { NO_CURSORS } from './cursor-cycle.js';

const count = z.number().int().nonnegative();

/**
 * Pages may move while they are read, and a member that moves to a page that was read already would be missed. An API that delivers
 * a member twice shows that they move: then the audience is read again, which adds what was missed and nothing else.
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

export const firstCheckpoint = (pass = 1): Checkpoint => ({
  ...{ pass, at: null, repeated: 0, inserted: 0, done: false },
  cursors: NO_CURSORS,
});

/** What was stored, or the beginning where there is none or it is not one of ours. */
export const readCheckpoint = (stored: unknown): Checkpoint => {
  const parsed = schema.safeParse(stored);
  return parsed.success ? parsed.data : firstCheckpoint();
};

const MOST_PASSES = 3;

/** After the last page of a pass: where the next one begins, or null when the import is complete. */
export function nextPass({ pass, repeated, inserted }: Checkpoint): Checkpoint | null {
  const moved = pass === 1 ? repeated > 0 : inserted > 0;
  return moved && pass < MOST_PASSES ? firstCheckpoint(pass + 1) : null;
}
