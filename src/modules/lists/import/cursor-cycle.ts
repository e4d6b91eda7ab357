// Detects a cycle in a chain of cursors, in constant memory: Brent's algorithm (1980), one step per cursor. Pure.

export interface CycleWatch {
  /** The cursor that later ones are compared with. */
  readonly kept: string | null;
  /** The number of steps after which another cursor is kept. */
  readonly power: number;
  readonly steps: number;
}

export const NO_CURSORS: CycleWatch = { kept: null, power: 1, steps: 0 };

/** The state after this cursor; null: it occurred before, and the chain would never end. */
export function watchCursor({ kept, power, steps }: CycleWatch, cursor: string): CycleWatch | null {
  if (cursor === kept) return null;
  return steps + 1 === power ? { kept: cursor, power: power * 2, steps: 0 } : { kept, power, steps: steps + 1 };
}
