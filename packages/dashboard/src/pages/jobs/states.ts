// What can be done with a job by its state. Pure.
import type { Job } from '../../components/job-table.js';

type Stated = Pick<Job, 'status'>;

/** It may still run: it can be cancelled. */
export const isOpen = ({ status }: Stated): boolean =>
  status === 'pending' || status === 'waiting' || status === 'processing' || status === 'failed';

/** It can be tried again. */
export const endedBadly = ({ status }: Stated): boolean => status === 'dead' || status === 'cancelled';
