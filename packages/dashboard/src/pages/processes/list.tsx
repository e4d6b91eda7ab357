// All processes: when each runs, how its last runs went.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { RunStatus } from '../../components/run-table.js';
import { scheduleInShort, zoneOf } from '../../components/schedule/schedule.js';
import { DataTable, type Column } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import type { Run } from '../../state/live.js';
import { link } from '../../state/router.js';
import { now } from '../../time/clock.js';
import { duration } from '../../time/format.js';
import { Spark } from './spark.js';
import { ProcessStatus, type Process } from './state.js';

const EVERY_MS = 10_000;
const SPARK_RUNS = 12;

interface Row {
  readonly process: Process;
  readonly runs: readonly Run[];
}

async function load(signal: AbortSignal): Promise<readonly Row[]> {
  const { items } = await get('/processes', { signal });
  return Promise.all(
    items.map(async (process) => ({
      process,
      runs: (await get('/runs', { query: { process: process.name, limit: SPARK_RUNS }, signal })).items,
    })),
  );
}

function clockOf(schedule: unknown, next: string | null): string {
  if (schedule !== null) return scheduleInShort(schedule);
  return next === null ? 'on demand' : 'when a row is due';
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: 'Process',
    wide: true,
    cell: ({ process: { name, description, batch } }) => (
      <span class="two">
        <span>
          <a class="row-link" href={link(['processes', name])}>
            {name}
          </a>{' '}
          {batch && <span class="muted small">batch</span>}
        </span>
        {description && <span class="muted small">{description}</span>}
      </span>
    ),
  },
  { key: 'status', title: 'Status', cell: ({ process }) => <ProcessStatus process={process} present={now.value} /> },
  {
    key: 'schedule',
    title: 'Schedule',
    cell: ({ process: { schedule, next_run_at: at, schedule_overridden: overridden } }) => (
      <span class="two nowrap">
        <span class={schedule === null ? 'muted' : undefined}>{clockOf(schedule, at)}</span>
        {at !== null && <Time at={at} own={zoneOf(schedule)} />}
        {overridden && <span class="muted small">changed by an operator</span>}
      </span>
    ),
  },
  {
    key: 'last',
    title: 'Last run',
    cell: ({ process: { last_run: run } }) =>
      run ? (
        <span class="two">
          <span class="nowrap">
            <RunStatus run={run} />{' '}
            {typeof run.duration_ms === 'number' && <span class="muted small">{duration(run.duration_ms)}</span>}
          </span>
          <Time at={run.started_at} />
        </span>
      ) : (
        <span class="muted">never</span>
      ),
  },
  { key: 'runs', title: 'Latest runs', cell: ({ runs }) => <Spark runs={runs} /> },
];

export const ProcessList = () => {
  const rows = useQuery('processes/runs', load, { everyMs: EVERY_MS });
  return (
    <Page title="Processes" lead="What runs on a clock, on one instance at a time or shared by all.">
      <Card title="Processes" flush untitled>
        <Loaded query={rows} lines={8}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title="There are no processes">
                Define one with <code>defineProcess</code>, and pass it to <code>createScheduler</code>.
              </Empty>
            ) : (
              <DataTable caption="Processes" columns={COLUMNS} rows={rows} keyOf={({ process }) => process.name} />
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
};
