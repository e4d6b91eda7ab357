// After an update of the time zone database, the first instance with newer rules recomputes the stored next runs.
import { isSchedulerError } from '../../base/errors.js';
import type { SchedulerEngine } from '../../scheduler/index.js';
import type { ZoneUpdate } from '../../scheduler/rows/index.js';

/** For later instances it is already running or done. */
export async function updateZones(engine: SchedulerEngine, zones: ZoneUpdate): Promise<void> {
  if (!(await zones.needed())) return;
  await engine.begin(zones.process.name, { by: 'start' }).catch((error: unknown) => {
    if (!isSchedulerError(error, 'ALREADY_RUNNING')) throw error;
  });
}
