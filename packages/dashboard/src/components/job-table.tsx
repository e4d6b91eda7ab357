// Jobs as a list.
import type { Schemas } from '../api/client.js';
import { link } from '../state/router.js';
import { Status } from './icons/status.js';
import { ShortId } from './short-id.js';
import { DataTable, type Column, type Selection } from './table/data-table.js';
import { Time } from './time.js';

export type Job = Schemas['Job'];

export const JobStatus = ({ job: { status } }: { readonly job: Pick<Job, 'status'> }) => (
  <Status status={status} word={status === 'failed' ? 'waiting for a retry' : undefined} />
);

/** The moment that says most about a job in its state. */
const momentOf = ({
  status,
  run_at: due,
  started_at: started,
  completed_at: ended,
  created_at: created,
}: Job): string => {
  if (status === 'pending' || status === 'failed') return due;
  return ended ?? started ?? created;
};

const MOST_PAYLOAD = 160;

/** Enough to tell one job from another; viewers get none. */
export function payloadInShort(payload: unknown): string {
  const text = payload === null ? '' : JSON.stringify(payload);
  if (text === '{}') return '';
  return text.length > MOST_PAYLOAD ? `${text.slice(0, MOST_PAYLOAD)}…` : text;
}

const COLUMNS: readonly Column<Job>[] = [
  {
    key: 'type',
    title: 'Type',
    cell: ({ id, type }) => (
      <a class="row-link" href={link(['jobs', id])}>
        {type}
      </a>
    ),
  },
  { key: 'status', title: 'Status', cell: (job) => <JobStatus job={job} /> },
  { key: 'attempt', title: 'Attempt', end: true, cell: ({ attempt, max_attempts: most }) => `${attempt} of ${most}` },
  { key: 'when', title: 'When', cell: (job) => <Time at={momentOf(job)} /> },
  {
    key: 'queue',
    title: 'Queue',
    cell: ({ queue, priority }) => (priority === 'normal' ? queue : `${queue}, ${priority}`),
  },
  {
    key: 'owner',
    title: 'For',
    has: ({ workspace_id: workspace, user_id: user, tenant_id: tenant }) => (user ?? workspace ?? tenant) !== null,
    cell: ({ workspace_id: workspace, user_id: user, tenant_id: tenant }) => {
      const owner = user ?? workspace ?? tenant;
      return owner === null ? <span class="muted">–</span> : <ShortId id={owner} />;
    },
  },
  {
    key: 'details',
    title: 'Error and payload',
    wide: true,
    has: ({ error, payload }) => error !== null || payloadInShort(payload) !== '',
    cell: ({ error, payload }) => (
      <>
        {error && (
          <span class="clip" title={error.message}>
            <code>{error.code}</code> {error.message}
          </span>
        )}
        {payloadInShort(payload) && <span class="clip muted mono">{payloadInShort(payload)}</span>}
      </>
    ),
  },
];

interface JobTableProps {
  readonly jobs: readonly Job[];
  readonly selection?: Selection | undefined;
}

export const JobTable = ({ jobs, selection }: JobTableProps) => (
  <DataTable caption="Jobs" columns={COLUMNS} rows={jobs} keyOf={({ id }) => id} selection={selection} />
);
