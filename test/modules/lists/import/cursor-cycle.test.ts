// Cursors that go round are found out, and others never are.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_CURSORS, watchCursor, type CycleWatch } from '../../../../src/modules/lists/import/cursor-cycle.js';

/** How many cursors are taken before the watch says that they go round; null: it never does. */
function stepsOf(cursors: Iterable<string>): number | null {
  let watch: CycleWatch | null = NO_CURSORS;
  let steps = 0;
  for (const cursor of cursors) {
    steps += 1;
    watch = watchCursor(watch, cursor);
    if (watch === null) return steps;
  }
  return null;
}

it('are found within three times the way to the end of the first round', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 200 }), (before, round) => {
      const cursors = Array.from({ length: 4 * (before + round) + 4 }, (_, n) =>
        String(n < before ? n : before + ((n - before) % round)),
      );
      const steps = stepsOf(cursors);
      expect(steps).not.toBeNull();
      expect(steps).toBeLessThanOrEqual(3 * (before + round) + 2);
    }),
  );
});

it('that all differ are never taken for a round', () => {
  expect(stepsOf(Array.from({ length: 20_000 }, (_, n) => `c${n}`))).toBeNull();
});
