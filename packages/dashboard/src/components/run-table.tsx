// Runs as a list: what, how it ended, how much, how long.
import { runs as heard, type Run } from '../state/live.js';
import { link } from '../state/router.js';
import { duration, number } from '../time/format.js';
import { Status } from './icons/status.js';
import { DataTable, type Column } from './table/data-table.js';
import { Time } from './time.js';

/** The counts in a few words. */
export function countsInWords({ counts }: Run): string {
  const { processed = 0, failed = 0, dead = 0, skipped = 0, lost = 0 } = counts;
  const parts: [number, string][] = [
    [failed - dead, 'to retry'],
    [dead, 'dead'],
    [skipped, 'skipped'],
    [lost, 'lost'],
  ];
  const rest = parts.filter(([n]) => n > 0).map(([n, word]) => `${number(n)} ${word}`);
  return [`${number(processed)} processed`, ...rest].join(', ');
}

const TRIGGERS: Readonly<Record<string, string>> = {
  tick: 'clock',
  manual: 'by hand',
  cron: 'outside cron',
  retry: 'retry',
};

export const triggerInWords = ({ trigger, triggered_by: by }: Run): string =>
  `${TRIGGERS[trigger] ?? trigger}${by ? `, ${by}` : ''}`;

/** How a run went is more than its end: one that completed may have failures in it. */
export const RunStatus = ({ run }: { readonly run: Run }) =>
  run.status === 'completed' && (run.counts.failed ?? 0) > 0 ? (
    <Status status="retried" word="with failures" />
  ) : (
    <Status status={run.status} word={run.status === 'failed' ? 'failed' : undefined} />
  );

const COLUMNS: readonly Column<Run>[] = [
  {
    key: 'process',
    title: 'Process',
    cell: (run) => (
      <a class="row-link" href={link(['runs', run.id])}>
        {run.process}
      </a>
    ),
  },
  { key: 'status', title: 'Status', cell: (run) => <RunStatus run={run} /> },
  { key: 'counts', title: 'Work', cell: (run) => countsInWords(run) },
  { key: 'duration', title: 'Duration', end: true, cell: ({ duration_ms: ms }) => (ms === null ? '–' : duration(ms)) },
  { key: 'started', title: 'Started', cell: ({ started_at: at }) => <Time at={at} /> },
  { key: 'trigger', title: 'Trigger', cell: triggerInWords },
];

const OF_ONE: readonly Column<Run>[] = [
  {
    key: 'started',
    title: 'Started',
    cell: ({ id, started_at: at }) => (
      <a class="row-link" href={link(['runs', id])}>
        <Time at={at} />
      </a>
    ),
  },
  ...COLUMNS.filter(({ key }) => key !== 'process' && key !== 'started'),
];

const named = (key: string): Column<Run> => COLUMNS.find((column) => column.key === key) as Column<Run>;

/** For a card that is not as wide as the page. */
const LATEST: readonly Column<Run>[] = [...['process', 'status', 'started', 'duration', 'counts'].map(named)];

const SHAPES = { all: COLUMNS, latest: LATEST, 'of one process': OF_ONE } as const;

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly shape?: keyof typeof SHAPES;
}

/** The newest that was heard of a run is shown. */
export const RunTable = ({ runs, shape = 'all' }: RunTableProps) => (
  <DataTable
    caption="Runs"
    columns={SHAPES[shape]}
    rows={runs.map((run) => heard.value.get(run.id) ?? run)}
    keyOf={({ id }) => id}
  />
);
