// Which actions a job allows in its state. Pure.
import type { Job } from '../../components/job-table.js';

type Stated = Pick<Job, 'status'>;

/** The job has not ended, so it can be cancelled. */
export const isOpen = ({ status }: Stated): boolean =>
  status === 'pending' || status === 'waiting' || status === 'processing' || status === 'failed';

/** The job can be retried. */
export const endedBadly = ({ status }: Stated): boolean => status === 'dead' || status === 'cancelled';
