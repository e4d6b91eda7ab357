// The zone of a caller, in the runtime's spelling.
import { SchedulerError } from '../../base/errors.js';
import { runtimeZones, zoneNames, zoneProblem, type ZoneOffsets } from '../../scheduler/schedule/index.js';

/** Throws INVALID_INPUT if the name is not an IANA time zone. */
export function knownZone(timezone: string): ZoneOffsets {
  const name = zoneNames.resolve(timezone);
  if (name !== null) return runtimeZones.of(name);
  const message = zoneProblem(timezone) ?? 'is unknown';
  throw new SchedulerError('INVALID_INPUT', `timezone: ${message}`, { errors: [{ path: 'timezone', message }] });
}
