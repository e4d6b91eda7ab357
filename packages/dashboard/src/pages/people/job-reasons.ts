// Describes the state of a person's jobs and mails in sentences. Pure.
import type { Job } from '../../components/job-table.js';
import type { Reason } from '../../components/reasons.js';
import { relativeTime, shortTime } from '../../time/format.js';

export interface JobReason extends Reason {
  readonly jobId: string;
}

const HINTS = {
  dead: 'Its page shows the full error, and it can be retried there.',
  waiting: 'It starts once the jobs it depends on have completed.',
  late: 'Its queue may be paused or behind: see the Queues page.',
};

const errorOf = ({ error }: Job): string => (error ? `: ${error.code}, ${error.message.replace(/\.$/, '')}` : '');

function inWords(job: Job, zone: string, present: number): Reason {
  const at = (iso: string): string => shortTime(iso, zone, present);
  const of = `${job.type} of ${at(job.scheduled_for)}`;
  const ended = at(job.completed_at ?? job.run_at);
  switch (job.status) {
    case 'dead':
      return {
        tone: 'bad',
        text: `${of} failed at attempt ${job.attempt}, its last${errorOf(job)}.`,
        hint: HINTS.dead,
      };
    case 'failed':
      return {
        tone: 'warn',
        text: `${of} failed at attempt ${job.attempt} of ${job.max_attempts}${errorOf(job)}. The next attempt is due ${relativeTime(job.run_at, present)}.`,
      };
    case 'waiting':
      return { tone: 'waiting', text: `${of} waits for other jobs.`, hint: HINTS.waiting };
    case 'processing':
      return { tone: 'waiting', text: `${of} is running now.` };
    case 'pending':
      return Date.parse(job.run_at) > present
        ? { tone: 'waiting', text: `${of} is due ${relativeTime(job.run_at, present)}.` }
        : { tone: 'warn', text: `${of} has been due since ${at(job.run_at)}, and has not started.`, hint: HINTS.late };
    case 'cancelled':
      return { tone: 'off', text: `${of} was cancelled at ${ended}.`, hint: 'The audit log says by whom.' };
    case 'completed':
      return { tone: 'good', text: `${of} completed at ${ended}.` };
  }
}

const WEIGHT: Readonly<Record<Reason['tone'], number>> = { bad: 0, warn: 1, off: 2, waiting: 3, good: 4 };

/** Problems first; otherwise the order of the list is kept. */
export const jobReasons = (jobs: readonly Job[], zone: string, present: number): readonly JobReason[] =>
  jobs
    .map((job) => ({ ...inWords(job, zone, present), jobId: job.id }))
    .sort((one, other) => WEIGHT[one.tone] - WEIGHT[other.tone]);
