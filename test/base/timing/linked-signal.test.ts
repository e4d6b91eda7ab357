// Signals that follow others: without a trace when they have let go, and without a warning while there are many.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { linkSignals } from '../../../src/base/timing/linked-signal.js';

const warnings: Error[] = [];
const note = (warning: Error): void => void warnings.push(warning);
beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => void process.off('warning', note));

it('leaves nothing in its sources', () => {
  const source = new AbortController();
  for (let n = 0; n < 100; n += 1) linkSignals(source.signal).unlink();
  expect(getEventListeners(source.signal, 'abort')).toHaveLength(0);
});

it('a hundred at once are no leak', async () => {
  const source = new AbortController();
  const links = Array.from({ length: 100 }, () => linkSignals(source.signal));
  source.abort(new Error('over'));
  expect(links.every(({ signal }) => signal.aborted)).toBe(true);
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

it('follow the first source that aborts, and nobody after they were unlinked', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const linked = linkSignals(first.signal, second.signal);
  const unlinked = linkSignals(first.signal);
  unlinked.unlink();
  second.abort('why');
  first.abort();
  expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'why']);
  expect(unlinked.signal.aborted).toBe(false);
  expect(linkSignals(first.signal).signal.aborted).toBe(true);
});
