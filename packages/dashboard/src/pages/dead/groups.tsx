// Dead letters by error: the count, the first and last time, an example, and a bulk retry.
import { post, type Schemas } from '../../api/client.js';
import { act, ask, type Outcome } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import { link } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import './dead.css';

type DeadGroup = Schemas['DeadGroup'];

interface GroupsProps {
  readonly groups: readonly DeadGroup[];
  /** Limits the retry to this queue. */
  readonly queue: string | undefined;
  readonly onDone: () => void;
}

/** Counts the jobs first, because a group may have grown since it was shown. */
async function retryGroup(group: DeadGroup, { queue, onDone }: Omit<GroupsProps, 'groups'>): Promise<void> {
  const { type, error_code, error: error_group } = group;
  const filter = { status: ['dead' as const], type, error_code, error_group, ...(queue ? { queue } : {}) };
  const trial = await post('/jobs/retry', { body: { ...filter, dry_run: true } });
  const matched = 'matched' in trial ? trial.matched : group.count;
  ask({
    title: `Retry ${count(matched, 'dead job')} of ${type}?`,
    text: (
      <>
        <p>
          All jobs{queue ? ` in the queue ${queue}` : ''} that failed with this error become due immediately, and their
          attempts start over:
        </p>
        <p class="mono break">{group.error}</p>
      </>
    ),
    action: `Retry ${number(matched)}`,
    perform: async (): Promise<Outcome> => {
      const result = await post('/jobs/retry', { body: { ...filter, dry_run: false } });
      onDone();
      return {
        text:
          'changed' in result
            ? `${count(result.changed, 'job')} will be retried.`
            : 'The retry is in progress; its audit entry shows how far it has come.',
        href: link(['jobs'], { type }),
        linkText: 'View jobs',
      };
    },
  });
}

export const DeadGroups = ({ groups, queue, onDone }: GroupsProps) => (
  <DataTable
    caption="Errors"
    rows={groups}
    keyOf={({ type, error_code, error }) => `${type} ${error_code} ${error}`}
    columns={[
      {
        key: 'error',
        title: 'Error',
        wide: true,
        cell: ({ type, error_code: code, error, sample_message: sample, sample_id: id }) => (
          <span class="two">
            <span>
              <strong>{type}</strong> <code>{code}</code>
            </span>
            <span class="dead-message">{sample ?? error}</span>
            <span class="small">
              <a href={link(['jobs', id])}>Latest job</a> ·{' '}
              <a href={link(['jobs'], { status: 'dead', type, error_code: code, error_group: error, queue })}>
                All jobs
              </a>
            </span>
          </span>
        ),
      },
      { key: 'count', title: 'Dead', end: true, cell: ({ count: n }) => <strong>{number(n)}</strong> },
      { key: 'first', title: 'First', cell: ({ first_at: at }) => <Time at={at} /> },
      { key: 'last', title: 'Last', cell: ({ last_at: at }) => <Time at={at} /> },
      {
        key: 'retry',
        title: 'Change',
        cell: (group) => (
          <ActionButton onAct={() => act(async () => (await retryGroup(group, { queue, onDone }), null))}>
            Retry all…
          </ActionButton>
        ),
      },
    ]}
  />
);
