// Dead letters: jobs that failed all attempts, grouped by error, and retried in bulk after a dry run.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Status } from '../../components/icons/status.js';
import { Card, Page } from '../../components/layout/page.js';
import { ChoiceFilter, Filters } from '../../components/table/filters.js';
import { link, query } from '../../state/router.js';
import { count, number } from '../../time/format.js';
import { DeadGroups } from './groups.js';

const EVERY_MS = 20_000;
const FILTERS = ['type', 'queue'] as const;

const ListFilters = () => {
  const types = useQuery('job-types', (signal) => get('/jobs/types', { signal }));
  const queues = useQuery('queues', (signal) => get('/queues', { signal }));
  return (
    <Filters names={FILTERS}>
      <ChoiceFilter name="type" label="Type" values={types.data?.items.map(({ type }) => type) ?? []} />
      <ChoiceFilter name="queue" label="Queue" values={queues.data?.items.map(({ name }) => name) ?? []} />
    </Filters>
  );
};

const Nothing = () =>
  FILTERS.some((name) => query.value[name]) ? (
    <Empty title="No dead letters match">Clear a filter to see more.</Empty>
  ) : (
    <Empty title="There are no dead jobs">
      Jobs that have failed all their attempts appear here with their errors.
    </Empty>
  );

export default function DeadPage() {
  const { type, queue } = query.value;
  const filter = { ...(type ? { type } : {}), ...(queue ? { queue } : {}) };
  const dead = useQuery(
    `dead?${JSON.stringify(filter)}`,
    (signal) => get('/jobs/dead/groups', { query: filter, signal }),
    { everyMs: EVERY_MS },
  );
  return (
    <Page
      title="Dead letters"
      lead="Jobs that failed all their attempts, grouped by type and error. They are not retried automatically."
    >
      <ListFilters />
      <Card title="Dead letters" flush untitled>
        <Loaded query={dead} lines={8}>
          {({ items, capped }) =>
            items.length === 0 ? (
              <Nothing />
            ) : (
              <>
                <div class="table-head">
                  <Status status="dead" word={`${number(items.reduce((sum, group) => sum + group.count, 0))} dead`} />
                  <span class="muted">
                    of {count(items.length, 'kind')}
                    {capped && '; only the newest are shown. A retry includes every job of its group'}
                  </span>
                  <a href={link(['jobs'], { status: 'dead', ...filter })}>List of jobs</a>
                </div>
                <DeadGroups groups={items} queue={queue} onDone={dead.reload} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
