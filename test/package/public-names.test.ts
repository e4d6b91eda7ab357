// The public face of every door: what a signature names can be imported, nothing internal is exported, and names are camelCase.
import { beforeAll, expect, it } from '@jest/globals';
import { openDoors, type Doors } from './doors.js';
import { publicNames } from './public-names.js';
import { snakeNames } from './snake-names.js';

/** Internal names, which a host has no use for. */
const INTERNAL = [
  'createEngine',
  'createQueue',
  'QueueSource',
  'SchedulerEngine',
  'createDatabase',
  'OwnDatabase',
  'Backend',
  'NameBook',
  'Modules',
  'Drive',
  'drain',
  'checkOptions',
];
/** What describes a body of the HTTP API. */
const BODIES = ['ScheduleJson', 'pageJson', 'pageOf', 'wholeJson'];

/** The whole program is type-checked, which takes long where other tests run at the same time. */
const LIMIT_MS = 180_000;

let doors: Doors;
beforeAll(() => {
  doors = openDoors();
}, LIMIT_MS);

it(
  'every name that a public signature uses is exported, and nothing internal is',
  () => {
    const { exported, missing } = publicNames(doors);
    expect(missing).toEqual([]);
    expect(INTERNAL.filter((name) => exported.has(name))).toEqual([]);
  },
  LIMIT_MS,
);

it(
  'properties of public types are in camelCase, bodies of the HTTP API in snake_case',
  () => {
    const { found, looked } = snakeNames(doors, BODIES);
    expect(found).toEqual([]);
    expect(looked).toBeGreaterThan(2_000);
    // the same walk finds those of the bodies, so it does look everywhere
    const withBodies = snakeNames(doors, []).found.map((place) => place.replace(/.*\./, ''));
    expect(withBodies).toEqual(expect.arrayContaining(['day_of_week', 'next_cursor', 'spread_s']));
  },
  LIMIT_MS,
);
