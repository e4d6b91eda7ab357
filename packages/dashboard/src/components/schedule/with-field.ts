// Changes one field of a schedule.
import type { Schedule } from './schedule.js';

/** Sets a field; an empty value removes it. */
export function withField(schedule: Schedule, field: keyof Schedule, value: string | number | undefined): Schedule {
  const { [field]: _, ...rest } = schedule;
  return value === undefined || value === '' ? rest : { ...rest, [field]: value };
}
