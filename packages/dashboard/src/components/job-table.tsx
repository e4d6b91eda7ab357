// Jobs as a list.
import type { Schemas } from '../api/client.js';
import { link } from '../state/router.js';
import { Status } from './icons/status.js';
import { ShortId } from './short-id.js';
import { DataTable, type Column, type Selection } from './table/data-table.js';
import { Time } from './time.js';

export type Job = Schemas['Job'];

export const JobStatus = ({ job: { status } }: { readonly job: Pick<Job, 'status'> }) => (
  <Status status={status} word={status === 'failed' ? 'to retry' : undefined} />
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

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Enough of a payload to tell one job from another; viewers get none. */
function payloadInShort(payload: unknown): string {
  if (payload === null || payload === undefined) return '';
  const isRecord = typeof payload === 'object' && !Array.isArray(payload);
  const text = isRecord
    ? Object.entries(payload)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}: ${plain(value)}`)
        .join(', ')
    : plain(payload);
  return text.length > MOST_PAYLOAD ? `${text.slice(0, MOST_PAYLOAD)}…` : text;
}

const COLUMNS: readonly Column<Job>[] = [
  {
    key: 'type',
    title: 'Type',
    wide: true,
    cell: ({ id, type, payload }) => (
      <>
        <a class="row-link" href={link(['jobs', id])}>
          {type}
        </a>
        <span class="clip muted small">{payloadInShort(payload)}</span>
      </>
    ),
  },
  { key: 'status', title: 'Status', cell: (job) => <JobStatus job={job} /> },
  { key: 'attempt', title: 'Attempt', end: true, cell: ({ attempt, max_attempts: most }) => `${attempt} of ${most}` },
  { key: 'when', title: 'When', cell: (job) => <Time at={momentOf(job)} /> },
  {
    key: 'queue',
    title: 'Queue',
    cell: ({ queue, priority }) => (
      <span class="two">
        {queue}
        {priority !== 'normal' && <span class="muted small">{priority}</span>}
      </span>
    ),
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
    key: 'error',
    title: 'Error',
    wide: true,
    has: ({ error }) => error !== null,
    cell: ({ error }) =>
      error && (
        <span class="clip" title={error.message}>
          <code>{error.code}</code> {error.message}
        </span>
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
