// Asks the server for a preview, which is computed by the same code that runs the schedule.
import { post, type Schemas } from '../../api/client.js';
import type { Schedule } from './schedule.js';

export type Preview = Schemas['Preview'];
export type Occurrence = Schemas['Occurrence'];

interface PreviewRequest {
  readonly schedule: Schedule;
  readonly after?: string;
  readonly count: number;
}

/** Throws an ApiProblem with the paths of invalid fields of the schedule. */
export const previewSchedule = (body: PreviewRequest, signal: AbortSignal): Promise<Preview> =>
  post('/schedules/preview', { body, signal });

const NOTES: Readonly<Record<string, string>> = {
  gap_shifted: 'moved: this local time does not exist on that day',
  gap_skipped: 'skipped: this local time does not exist on that day',
  overlap_first: 'the first of two identical local times',
  overlap_second: 'the second of two identical local times',
  month_end_clamped: 'moved to the last day: the month has no such day',
  month_end_skipped: 'skipped: the month has no such day',
};

export const noteInWords = (note: string): string => NOTES[note] ?? note.replaceAll('_', ' ');
