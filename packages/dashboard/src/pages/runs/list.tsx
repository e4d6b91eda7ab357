// What ran, newest first.
import { get, type QueryOf } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { RunTable } from '../../components/run-table.js';
import { ChoiceFilter, Filters } from '../../components/table/filters.js';
import { Pager } from '../../components/table/pager.js';
import { link, query } from '../../state/router.js';

const EVERY_MS = 10_000;
const FILTERS = ['process', 'status', 'parent'] as const;

const ListFilters = () => {
  const processes = useQuery('processes', (signal) => get('/processes', { signal }));
  return (
    <Filters names={FILTERS}>
      <ChoiceFilter name="process" label="Process" values={processes.data?.items.map(({ name }) => name) ?? []} />
      <ChoiceFilter
        name="status"
        label="Status"
        values={['running', 'completed', 'failed', 'cancelled', 'abandoned']}
      />
    </Filters>
  );
};

export const RunList = () => {
  const { process, status, parent, cursor } = query.value;
  const asked = { process, status, parent, cursor } as unknown as QueryOf<'/runs'>;
  const page = useQuery(`runs?${JSON.stringify(asked)}`, (signal) => get('/runs', { query: asked, signal }), {
    everyMs: cursor === undefined ? EVERY_MS : undefined,
  });
  return (
    <Page
      title="Runs"
      lead="Each run of a process: what started it, what it did, how it ended. A tick that found nothing leaves none."
    >
      <ListFilters />
      <Card title="Runs" flush untitled>
        <Loaded query={page} lines={12}>
          {({ items, next_cursor: next }) =>
            items.length === 0 ? (
              <Empty title={FILTERS.some((name) => query.value[name]) ? 'No run matches' : 'Nothing has run yet'}>
                {FILTERS.some((name) => query.value[name]) ? 'Clear the filters' : 'Wait for the clock'}, or{' '}
                <a href={link(['processes'])}>run a process by hand</a>.
              </Empty>
            ) : (
              <>
                <RunTable runs={items} />
                <Pager next={next} shown={items.length} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
};
