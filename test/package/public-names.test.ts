// Whatever a public signature names can be imported, and nothing internal is exported.
import { expect, it } from '@jest/globals';
import { publicNames } from './public-names.js';

const DOORS = ['.', './express', './testing', './webhooks', './enrichment'];
/** Names of the inside, which a host has no use for. */
const INTERNAL = [
  'createEngine',
  'createQueue',
  'QueueSource',
  'SchedulerEngine',
  'createDatabase',
  'drain',
  'checkOptions',
];

it('every name that a public signature uses is exported, and nothing of the inside is', () => {
  const { exported, missing } = publicNames(DOORS);
  expect(missing).toEqual([]);
  expect(INTERNAL.filter((name) => exported.has(name))).toEqual([]);
});
