// One field of a schedule changed, as forms do it.
import type { Schedule } from './schedule.js';

/** Sets a field; an empty one is taken away. */
export function withField(schedule: Schedule, field: keyof Schedule, value: string | number | undefined): Schedule {
  const { [field]: _, ...rest } = schedule;
  return value === undefined || value === '' ? rest : { ...rest, [field]: value };
}
