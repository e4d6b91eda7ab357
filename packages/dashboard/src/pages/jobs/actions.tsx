// What can be done with one job.
import { post } from '../../api/client.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import type { Job } from '../../components/job-table.js';
import { link } from '../../state/router.js';
import { can } from '../../state/session.js';
import { endedBadly, isOpen } from './states.js';

interface ActionProps {
  readonly job: Job;
  readonly onDone: () => void;
}

async function retry({ job: { id }, onDone }: ActionProps): Promise<Outcome> {
  await post('/jobs/{id}/retry', { params: { id } });
  onDone();
  return { text: 'The job is due at once. Its attempts start over.' };
}

function askToCancel({ job: { id, schedule }, onDone }: ActionProps): void {
  ask({
    title: 'Cancel this job?',
    text:
      schedule === null
        ? 'It does not run any more. If it is running, it is told to stop.'
        : 'It is recurring: the whole series ends.',
    action: 'Cancel the job',
    danger: true,
    perform: async () => {
      await post('/jobs/{id}/cancel', { params: { id }, body: {} });
      onDone();
      return { text: 'The job is cancelled.' };
    },
  });
}

export const JobActions = (props: ActionProps) => (
  <>
    {endedBadly(props.job) && (
      <ActionButton kind="primary" onAct={() => act(() => retry(props))}>
        Retry
      </ActionButton>
    )}
    {can('operator') && (
      <a class="button" href={link(['jobs', 'new'], { from: props.job.id })}>
        New one like it…
      </a>
    )}
    {isOpen(props.job) && (
      <ActionButton kind="danger" onAct={() => askToCancel(props)}>
        Cancel…
      </ActionButton>
    )}
  </>
);
