// A row schedule as a source for the engine: when something is due. It holds no claims, so there is nothing to rescue.
import { nextRowDue } from '../../db/rows/queries/next-due.js';
import type { ScheduledSource } from '../contracts/source.js';
import type { RowScheduleAtWork } from './row-schedule.js';

export const createRowSource = ({ definition, db, statements, now }: RowScheduleAtWork): ScheduledSource => ({
  name: definition.name,
  nextDueInMs: () => nextRowDue(db, statements(), now()),
  rescue: async () => 0,
});
