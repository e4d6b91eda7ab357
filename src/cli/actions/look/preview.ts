// What `punctual preview` does: shows the occurrences of a schedule, computed by the function that fires them. Needs no server.
import { parsedBy } from '../../../base/issue-text.js';
import { SchedulerError } from '../../../base/errors.js';
import {
  describeSchedule,
  jsonToInput,
  previewSchedule,
  scheduleSchema,
  tzVersion,
  type PreviewEntry,
  type ScheduleJson,
} from '../../../scheduler/schedule/index.js';
import type { CommonOptions, Io } from '../../io.js';
import { parseScheduleText } from '../../kit/schedule-text.js';
import { table, type Column } from '../../output/table.js';
import { relative, shortTime } from '../../output/words.js';

interface Options extends CommonOptions {
  readonly timezone?: string;
  readonly count: number;
  readonly after?: string;
}

export async function preview(io: Io, text: string, { timezone, count, after }: Options): Promise<void> {
  const schedule = checked({ ...parseScheduleText(text), ...(timezone === undefined ? {} : { timezone }) });
  const from = after === undefined ? io.clock.now() : new Date(after);
  const entries = previewSchedule(jsonToInput(schedule), { after: from, count });
  const description = describeSchedule(jsonToInput(schedule), { after: from });
  const value = { description, tz_version: tzVersion(), schedule, occurrences: entries.map(entryJson) };
  io.show(value, () => [description, '', ...table(entries, columns(io.clock.now()), io.out)]);
}

function checked(given: ScheduleJson): ScheduleJson {
  const parsed = parsedBy(scheduleSchema, given);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'schedule', message }));
  const message = errors.map((error) => `${error.path} ${error.message}`).join('; ');
  throw new SchedulerError('INVALID_SCHEDULE', message, { errors });
}

const entryJson = ({ at, local, utcOffset, notes }: PreviewEntry) => ({
  at: at?.toISOString() ?? null,
  local,
  utc_offset: utcOffset,
  notes,
});

export const columns = (now: Date): readonly Column<PreviewEntry>[] => [
  { head: 'LOCAL', cell: ({ local, at }) => `${local.replace('T', ' ')}${at === null ? ' (left out)' : ''}` },
  { head: 'OFFSET', cell: ({ utcOffset }) => utcOffset },
  { head: 'UTC', cell: ({ at }) => at && shortTime(at.toISOString()) },
  { head: 'WHEN', cell: ({ at }) => at && relative(at.toISOString(), now) },
  { head: 'NOTES', cell: ({ notes }) => notes.join(', '), tone: () => 'warn' },
];
