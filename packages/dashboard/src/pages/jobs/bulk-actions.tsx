// Changes of the jobs that were chosen in the list: those that ended badly can be tried again, those that have not ended can be cancelled.
import { post } from '../../api/client.js';
import { asProblem } from '../../api/problem.js';
import { ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import type { Job } from '../../components/job-table.js';
import { link } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import { endedBadly, isOpen } from './states.js';

const audit = { href: link(['audit']), linkText: 'Audit' };
const STATE_CHANGED = 409;

interface BulkProps {
  readonly jobs: readonly Job[];
  readonly onDone: () => void;
}

function askToRetry({ jobs, onDone }: BulkProps): void {
  ask({
    title: `Retry ${count(jobs.length, 'job')}?`,
    text: 'They are due at once, and their attempts start over.',
    action: `Retry ${number(jobs.length)}`,
    perform: async (): Promise<Outcome> => {
      const result = await post('/jobs/retry', { body: { ids: jobs.map(({ id }) => id), dry_run: false } });
      onDone();
      const text =
        'changed' in result
          ? `${count(result.changed, 'job')} will be tried again.`
          : 'The retry goes on; its audit entry shows how far it is.';
      return { text, ...audit };
    },
  });
}

/** False: it had ended by then. */
async function cancelled({ id }: Job): Promise<boolean> {
  try {
    await post('/jobs/{id}/cancel', { params: { id }, body: {} });
    return true;
  } catch (error) {
    if (asProblem(error).status === STATE_CHANGED) return false;
    throw error;
  }
}

async function cancelAll(jobs: readonly Job[]): Promise<Outcome> {
  let done = 0;
  for (const job of jobs) if (await cancelled(job)) done += 1;
  const late = jobs.length - done;
  return { text: `${count(done, 'job')} cancelled${late > 0 ? `; ${number(late)} had ended by then` : ''}.`, ...audit };
}

function askToCancel({ jobs, onDone }: BulkProps): void {
  const recurring = jobs.filter(({ schedule }) => schedule !== null).length;
  ask({
    title: `Cancel ${count(jobs.length, 'job')}?`,
    text: `They do not run any more. Those that are running are told to stop.${
      recurring > 0 ? ` ${count(recurring, 'is recurring: its', 'are recurring: their')} whole series ends.` : ''
    }`,
    action: `Cancel ${number(jobs.length)}`,
    danger: true,
    perform: () => cancelAll(jobs).finally(onDone),
  });
}

export const JobBulkActions = ({ jobs, onDone }: BulkProps) => {
  const [ended, open] = [jobs.filter(endedBadly), jobs.filter(isOpen)];
  return (
    <div class="bulk">
      <strong>{number(jobs.length)} chosen</strong>
      <ActionButton disabled={ended.length === 0} onAct={() => askToRetry({ jobs: ended, onDone })}>
        Retry {number(ended.length)}…
      </ActionButton>
      <ActionButton kind="danger" disabled={open.length === 0} onAct={() => askToCancel({ jobs: open, onDone })}>
        Cancel {number(open.length)}…
      </ActionButton>
      <button type="button" class="quiet" onClick={onDone}>
        Choose none
      </button>
    </div>
  );
};
