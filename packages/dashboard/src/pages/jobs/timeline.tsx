// The life of a job on one line: created, due, started, ended, with the time between.
import type { Job } from '../../components/job-table.js';
import { lookOf, StatusMark } from '../../components/icons/status.js';
import { Card } from '../../components/layout/page.js';
import { Time } from '../../components/time.js';
import { now } from '../../time/clock.js';
import { duration } from '../../time/format.js';

interface Step {
  readonly name: string;
  /** null: not yet. */
  readonly at: string | null;
  readonly status: string;
}

const ENDS: Readonly<Record<string, string>> = { completed: 'Completed', dead: 'Died', cancelled: 'Cancelled' };

/** What has been and what is to come, in order. */
function stepsOf(job: Job): readonly Step[] {
  const { status, created_at: created, run_at: due, started_at: started, completed_at: ended } = job;
  const waits = status === 'failed' || status === 'pending' || status === 'waiting';
  const first: Step[] = [{ name: 'Created', at: created, status: 'scheduled' }];
  const dueStep: Step = { name: status === 'failed' ? 'Next attempt due' : 'Due', at: due, status: 'scheduled' };
  const startStep: Step = {
    name: job.attempt > 1 ? `Attempt ${job.attempt} started` : 'Started',
    at: started,
    status: 'processing',
  };
  if (status === 'failed') return [...first, startStep, { ...dueStep, status: 'failed' }];
  if (waits) return [...first, dueStep, { ...startStep, at: null }];
  const endStep: Step = { name: ENDS[status] ?? 'Ended', at: ended, status };
  const early = Date.parse(due) - Date.parse(created) > 1_000 ? [dueStep] : [];
  return [...first, ...early, ...(started === null ? [] : [startStep]), endStep];
}

const between = (from: string | null, to: string | null, present: number): string | null => {
  if (from === null) return null;
  const ms = (to === null ? present : Date.parse(to)) - Date.parse(from);
  return ms < 0 ? null : `${duration(ms)}${to === null ? ' so far' : ''}`;
};

export const JobTimeline = ({ job }: { readonly job: Job }) => {
  const steps = stepsOf(job);
  return (
    <Card title="Timeline">
      <ol class="timeline">
        {steps.map(({ name, at, status }, n) => {
          const gap = n === 0 ? null : between(steps[n - 1]?.at ?? null, at, now.value);
          return (
            <li key={name} class={at === null ? 'to-come' : `tone-${lookOf(status)[0]}`}>
              <span class="timeline-gap muted small">{gap === null ? '\u00a0' : `after ${gap}`}</span>
              <StatusMark status={at === null ? 'scheduled' : status} />
              <span class="timeline-name">{name}</span>
              <Time at={at} none="not yet" />
            </li>
          );
        })}
      </ol>
    </Card>
  );
};
