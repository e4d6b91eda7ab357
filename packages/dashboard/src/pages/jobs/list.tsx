// Jobs, newest first, filtered and paged by the server.
import { useEffect, useState } from 'preact/hooks';
import { get, type QueryOf } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { JobTable } from '../../components/job-table.js';
import { Card, Page } from '../../components/layout/page.js';
import { ChoiceFilter, Filters, TextFilter } from '../../components/table/filters.js';
import { Pager } from '../../components/table/pager.js';
import { jobsEnded } from '../../state/live.js';
import { link, query } from '../../state/router.js';
import { can } from '../../state/session.js';
import { JobBulkActions } from './bulk-actions.js';
import { StateTabs } from './state-tabs.js';
import { Throughput } from './throughput.js';

const EVERY_MS = 10_000;
const FILTERS = [
  'status',
  'type',
  'queue',
  'user_id',
  'workspace_id',
  'group_id',
  'parent_id',
  'error_code',
  'error',
  'error_group',
] as const;

const ListFilters = () => {
  const stats = useQuery('queue-stats/24', (signal) => get('/queues/stats', { query: { hours: 24 }, signal }));
  const queues = useQuery('queues', (signal) => get('/queues', { signal }));
  const types = new Set([...(stats.data?.types ?? []), ...(stats.data?.live ?? [])].map(({ type }) => type));
  return (
    <Filters names={FILTERS}>
      <TextFilter name="error" label="Search errors" placeholder="Part of a code or a message" main />
      <ChoiceFilter name="type" label="Type" values={[...types].sort()} />
      <ChoiceFilter name="queue" label="Queue" values={queues.data?.items.map(({ name }) => name) ?? []} />
      <TextFilter name="user_id" label="User" placeholder="whole id" />
      {query.value.error_code && <TextFilter name="error_code" label="Error code" />}
      <TextFilter name="workspace_id" label="Workspace" placeholder="whole id" />
    </Filters>
  );
};

const Nothing = () =>
  FILTERS.some((name) => query.value[name]) ? (
    <Empty title="No job matches">
      Clear a filter to see others, or look at <a href={link(['jobs'])}>all jobs</a>. Completed jobs are kept for a day,
      unless your application says otherwise.
    </Empty>
  ) : (
    <Empty title="There are no jobs yet">
      Your application enqueues them with <code>scheduler.enqueue()</code>;{' '}
      <a href={link(['jobs', 'new'])}>enqueue one by hand</a> to see how it goes.
    </Empty>
  );

export const JobList = () => {
  const asked = query.value as unknown as QueryOf<'/jobs'>;
  const key = JSON.stringify(asked);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // rows stay where they are while somebody chooses among them
  const isStill = query.value.cursor !== undefined || chosen.size > 0;
  const page = useQuery(`jobs?${key}`, (signal) => get('/jobs', { query: asked, signal }), {
    everyMs: isStill ? undefined : EVERY_MS,
  });
  const ended = jobsEnded.value;
  useEffect(() => {
    if (ended > 0 && !isStill) page.reload();
  }, [ended]);
  useEffect(() => setChosen(new Set()), [key]);
  return (
    <Page
      title="Jobs"
      lead="Work on demand: enqueued by your application, retried, chained, limited across instances."
      actions={
        <>
          <a class="button" href={link(['dead'])}>
            Dead letters
          </a>
          {can('operator') && (
            <a class="button primary" href={link(['jobs', 'new'])}>
              New job
            </a>
          )}
        </>
      }
    >
      <StateTabs />
      <Throughput />
      <ListFilters />
      {page.data?.truncated && (
        <p class="note warn">
          Only the newest 20,000 dead jobs, and as many that wait for a retry, were searched; there are more.
        </p>
      )}
      <Card title="Jobs" flush untitled>
        {chosen.size > 0 && (
          <JobBulkActions
            jobs={page.data?.items.filter(({ id }) => chosen.has(id)) ?? []}
            onDone={() => (setChosen(new Set()), page.reload())}
          />
        )}
        <Loaded query={page} lines={12}>
          {({ items, next_cursor: next }) =>
            items.length === 0 ? (
              <Nothing />
            ) : (
              <>
                <JobTable jobs={items} selection={can('operator') ? { chosen, onChange: setChosen } : undefined} />
                <Pager next={next} shown={items.length} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
};
