// All subscriptions: searched, filtered, sorted and paged by the server; what is chosen can be paused, resumed and run.
import { useEffect, useState } from 'preact/hooks';
import { get, type QueryOf } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { scheduleInShort, zoneOf } from '../../components/schedule/schedule.js';
import { DataTable, type Column } from '../../components/table/data-table.js';
import { ChoiceFilter, Filters, TextFilter } from '../../components/table/filters.js';
import { ShortId } from '../../components/short-id.js';
import { Pager } from '../../components/table/pager.js';
import { Time } from '../../components/time.js';
import { link, query } from '../../state/router.js';
import { can } from '../../state/session.js';
import { now } from '../../time/clock.js';
import { number } from '../../time/format.js';
import { zoneName } from '../../time/zones.js';
import { BulkActions, FilterActions } from './bulk-actions.js';
import { SubscriptionStatus, type Subscription } from './state.js';

const FILTERS = ['search', 'status', 'user_id', 'tenant_id', 'timezone', 'frequency', 'due'] as const;
const EVERY_MS = 15_000;

const SORTS: readonly (readonly [string, string])[] = [
  ['next_run_at', 'next run first'],
  ['-next_run_at', 'next run last'],
  ['-created_at', 'newest first'],
  ['created_at', 'oldest first'],
  ['-last_run_at', 'ran last first'],
  ['last_run_at', 'ran longest ago first'],
  ['-consecutive_failures', 'most failures in a row first'],
  ['user_id', 'by user'],
];

const COLUMNS: readonly Column<Subscription>[] = [
  {
    key: 'user',
    title: 'User',
    cell: ({ id, user_id: user }) => (
      <a class="row-link" href={link(['subscriptions', id])}>
        <ShortId id={user ?? id} />
      </a>
    ),
  },
  { key: 'status', title: 'Status', cell: (one) => <SubscriptionStatus subscription={one} present={now.value} /> },
  {
    key: 'schedule',
    title: 'Schedule',
    cell: ({ schedule }) => (
      <span class="two nowrap">
        <span>{scheduleInShort(schedule)}</span>
        <span class="muted small">{zoneName(zoneOf(schedule))}</span>
      </span>
    ),
  },
  {
    key: 'next',
    title: 'Next run',
    cell: ({ next_run_at: at, schedule }) => <Time at={at} own={zoneOf(schedule)} none="none" />,
  },
  {
    key: 'last',
    title: 'Last run',
    cell: ({ last_run_at: at, schedule }) => <Time at={at} own={zoneOf(schedule)} none="never" />,
  },
  {
    key: 'failures',
    title: 'Dead in a row',
    end: true,
    has: ({ consecutive_failures: dead }) => dead > 0,
    cell: ({ consecutive_failures: dead }) => number(dead),
  },
  {
    key: 'tenant',
    title: 'Tenant',
    has: ({ tenant_id: tenant }) => tenant !== null,
    cell: ({ tenant_id: tenant }) => (tenant === null ? <span class="muted">–</span> : <ShortId id={tenant} />),
  },
  {
    key: 'error',
    title: 'Last error',
    wide: true,
    has: ({ error }) => error !== null,
    cell: ({ error }) =>
      error && (
        <span class="clip" title={error}>
          {error}
        </span>
      ),
  },
];

/** Only what the server says it can sort by: some columns of a large table have no index. One in the address stays, with the server's reason. */
const isOffered = (sort: string, possible: readonly string[] | undefined): boolean =>
  possible === undefined || sort === query.value.sort || possible.includes(sort.replace('-', ''));

const ListFilters = ({ possible }: { readonly possible: readonly string[] | undefined }) => (
  <Filters names={FILTERS}>
    <TextFilter name="search" label="Search" placeholder="Id, user or tenant begins with" main />
    {query.value.user_id && <TextFilter name="user_id" label="User" placeholder="whole id" />}
    <TextFilter name="tenant_id" label="Tenant" placeholder="whole id" />
    <ChoiceFilter
      name="status"
      label="Status"
      values={['pending', 'processing', 'completed', ['failed', 'to retry'], 'suspended']}
    />
    <ChoiceFilter
      name="frequency"
      label="Frequency"
      values={['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'cron']}
    />
    <TextFilter name="timezone" label="Time zone" placeholder="Asia/Tokyo" />
    <ChoiceFilter
      name="due"
      label="Due"
      values={[
        ['true', 'due now'],
        ['false', 'not due'],
      ]}
    />
    <ChoiceFilter
      name="sort"
      label="Order"
      none="as stored"
      values={SORTS.filter(([name]) => isOffered(name, possible))}
    />
  </Filters>
);

const Nothing = () =>
  FILTERS.some((name) => query.value[name]) ? (
    <Empty title="No subscription matches">
      A search finds how an id, a user or a tenant begins; the field Tenant takes the whole of it.
    </Empty>
  ) : (
    <Empty title="There are no subscriptions yet">
      Your application creates them with <code>scheduler.subscriptions.create()</code>, or{' '}
      <code>POST /admin/subscriptions</code>: <a href={link(['api', 'createSubscription'])}>try the route</a>, or see in
      the <a href={link(['lab'])}>schedule lab</a> what a schedule means.
    </Empty>
  );

export const SubscriptionList = () => {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const asked = query.value as unknown as QueryOf<'/subscriptions'>;
  const key = JSON.stringify(asked);
  // rows stay where they are while somebody chooses among them
  const page = useQuery(`subscriptions?${key}`, (signal) => get('/subscriptions', { query: asked, signal }), {
    everyMs: chosen.size === 0 ? EVERY_MS : undefined,
  });
  useEffect(() => setChosen(new Set()), [key]);
  return (
    <Page
      title="Subscriptions"
      lead="Who is served, at which moment of their own day."
      actions={<FilterActions onDone={page.reload} />}
    >
      <ListFilters possible={page.data?.sorts} />
      <Card title="Subscriptions" flush untitled>
        {chosen.size > 0 && <BulkActions chosen={chosen} onDone={() => (setChosen(new Set()), page.reload())} />}
        <Loaded query={page} lines={12}>
          {({ items, next_cursor: next }) =>
            items.length === 0 ? (
              <Nothing />
            ) : (
              <>
                <DataTable
                  caption="Subscriptions"
                  columns={COLUMNS}
                  rows={items}
                  keyOf={({ id }) => id}
                  selection={can('operator') ? { chosen, onChange: setChosen } : undefined}
                />
                <Pager next={next} shown={items.length} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
};
