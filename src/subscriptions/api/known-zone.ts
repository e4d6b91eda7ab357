// The zone that a caller names, as the runtime knows it.
import { SchedulerError } from '../../base/errors.js';
import { runtimeZones, zoneNames, zoneProblem, type ZoneOffsets } from '../../scheduler/schedule/index.js';

/** Throws INVALID_INPUT for a name that is no IANA time zone. */
export function knownZone(timezone: string): ZoneOffsets {
  const name = zoneNames.resolve(timezone);
  if (name !== null) return runtimeZones.of(name);
  const message = zoneProblem(timezone) ?? 'is unknown';
  throw new SchedulerError('INVALID_INPUT', `timezone: ${message}`, { errors: [{ path: 'timezone', message }] });
}
