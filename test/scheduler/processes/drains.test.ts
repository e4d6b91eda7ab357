// What sets a source's process going, and how long it waits after runs that found nothing to take.
import { expect, it } from '@jest/globals';
import { silentLogger } from '../../../src/base/logger.js';
import { createAlarms } from '../../../src/scheduler/processes/alarms.js';
import { createDrains } from '../../../src/scheduler/processes/drains.js';
import { createRegistry } from '../../../src/scheduler/runs/registry.js';
import type { ActiveRun } from '../../../src/scheduler/runs/run-process.js';
import type { Runner } from '../../../src/scheduler/runs/runner.js';
import { createManualClock } from '../../../src/scheduler/testing/index.js';

it('looks again, less and less often but without end, while others take what is due: they may stop', async () => {
  const clock = createManualClock(new Date(0));
  const alarms = createAlarms(clock);
  const registry = createRegistry();
  registry.addProcess({ name: 'things', exclusive: false, run: async () => {} });
  registry.addSource({ name: 'things', nextDueInMs: async () => 0, rescue: async () => 0 }, 'things');
  const run = { process: 'things', trigger: 'tick' } as ActiveRun;
  let begun = 0;
  const runner = { active: () => [], beginDrain: () => ((begun += 1), run) } as unknown as Runner;
  const drains = createDrains({ logger: silentLogger, registry, runner, alarms, now: () => clock.now() });
  const waits: (number | null)[] = [];
  await drains.look(true);
  for (let round = 1; round <= 8; round += 1) {
    expect(begun).toBe(round);
    drains.ended(run, null);
    waits.push(alarms.nextInMs());
    clock.set(new Date(clock.now().getTime() + (alarms.nextInMs() ?? 0)));
    await drains.look(false);
  }
  expect(waits).toEqual([51, 201, 1_001, 1_001, 1_001, 1_001, 1_001, 1_001]);
});
