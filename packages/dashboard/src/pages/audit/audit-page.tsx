// Who changed or triggered what, from where, newest first.
import { get, type QueryOf, type Schemas } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { DataTable, type Column } from '../../components/table/data-table.js';
import { Filters, TextFilter } from '../../components/table/filters.js';
import { Pager } from '../../components/table/pager.js';
import { Time } from '../../components/time.js';
import { link, query } from '../../state/router.js';
import { AuditDetails } from './audit-details.js';

type Entry = Schemas['AuditEntry'];

/** By the first word of the action: the page of the thing that was changed. */
const PAGES: Readonly<Record<string, string>> = {
  subscription: 'subscriptions',
  process: 'processes',
  run: 'runs',
  job: 'jobs',
  webhook: 'modules/webhooks/endpoints/endpoints',
  charge: 'modules/billing/charges/charges',
  digest: 'modules/digests/digests/schedules',
  batch_list: 'modules/lists/lists/lists-of-all-users',
};

/** Where the thing that was changed is shown; what was deleted is not. */
function placeOf({ action, target }: Entry): string | null {
  const [kind = '', did] = action.split('.');
  const page = PAGES[kind];
  return page && target !== null && did !== 'delete' ? link([...page.split('/'), target]) : null;
}

const Target = ({ entry }: { readonly entry: Entry }) => {
  if (entry.target === null) return null;
  const href = placeOf(entry);
  const text = <span class="break">{entry.target}</span>;
  return href ? <a href={href}>{text}</a> : text;
};

const COLUMNS: readonly Column<Entry>[] = [
  { key: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
  { key: 'actor', title: 'Who', cell: ({ actor }) => actor },
  { key: 'action', title: 'Did', cell: ({ action }) => <code>{action}</code> },
  { key: 'target', title: 'To', cell: (entry) => <Target entry={entry} /> },
  {
    key: 'details',
    title: 'Details',
    wide: true,
    has: ({ details }) => details !== null,
    cell: ({ details }) => details !== null && <AuditDetails details={details} />,
  },
  { key: 'ip', title: 'From', cell: ({ ip }) => ip ?? '' },
];

export default function AuditPage() {
  const asked = query.value as unknown as QueryOf<'/audit'>;
  const page = useQuery(`audit?${JSON.stringify(asked)}`, (signal) => get('/audit', { query: asked, signal }));
  return (
    <Page title="Audit" lead="Every trigger and change made by hand: who, what, when, from where.">
      <Filters names={['actor', 'action']}>
        <TextFilter name="actor" label="Who" placeholder="whole name" main />
        <TextFilter name="action" label="Did" placeholder="run.cancel" />
      </Filters>
      <Card title="Audit" flush untitled>
        <Loaded query={page} lines={12}>
          {({ items, next_cursor: next }) =>
            items.length === 0 ? (
              <Empty title="Nothing is on record">
                {asked.actor || asked.action
                  ? 'Nobody of this name did this. Names and actions must be whole: process.update, not update.'
                  : 'Changes and triggers by hand appear here.'}
              </Empty>
            ) : (
              <>
                <DataTable caption="Audit" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />
                <Pager next={next} shown={items.length} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
