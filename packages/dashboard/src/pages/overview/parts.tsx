// The instances that work now, and the breakers and limits of this one.
import { Empty } from '../../components/feedback/loaded.js';
import { Status } from '../../components/icons/status.js';
import { Card } from '../../components/layout/page.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import type { Status as State } from '../../state/live.js';
import { link } from '../../state/router.js';
import { number } from '../../time/format.js';

const inHand = (claims: Readonly<Record<string, number>>): number =>
  Object.values(claims).reduce((sum, n) => sum + n, 0);

export const Instances = ({ status: { instances } }: { readonly status: State }) => (
  <Card title="Instances" area="instances" flush aside={<a href={link(['instances'])}>All details</a>}>
    <DataTable
      caption="Instances"
      rows={instances}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'host',
          title: 'Host',
          cell: ({ hostname, pid, self }) => (
            <>
              {hostname} <span class="muted">{pid}</span> {self && <span class="muted">this one</span>}
            </>
          ),
        },
        { key: 'state', title: 'State', cell: ({ state }) => <Status status={state} /> },
        {
          key: 'claims',
          title: 'In hand',
          end: true,
          has: ({ in_flight: claims }) => inHand(claims) > 0,
          cell: ({ in_flight: claims }) => number(inHand(claims)),
        },
        { key: 'heartbeat', title: 'Heartbeat', cell: ({ heartbeat_at: at }) => <Time at={at} /> },
      ]}
    />
  </Card>
);

export const Receivers = ({ status: { breakers, concurrency } }: { readonly status: State }) => (
  <Card title="Receivers and limits" area="breakers" flush>
    {breakers.length + concurrency.length === 0 ? (
      <Empty title="Nothing to watch">Circuit breakers and limits appear with the first call to a receiver.</Empty>
    ) : (
      <DataTable
        caption="Receivers and limits"
        rows={[
          ...breakers.map(({ name, state, since }) => ({ name, state, since, load: '' })),
          ...concurrency.map(({ source, in_flight: busy, limit, max_limit: most }) => ({
            name: source,
            state: null,
            since: null,
            load: `${number(busy)} of ${number(limit)} at once${most === limit ? '' : `, at most ${number(most)}`}`,
          })),
        ]}
        keyOf={({ name, state }) => `${name} ${state ?? ''}`}
        columns={[
          { key: 'name', title: 'Name', cell: ({ name }) => name },
          {
            key: 'state',
            title: 'State',
            cell: ({ state, load }) =>
              state ? <Status status={state} word={`breaker ${state.replace('_', ' ')}`} /> : load,
          },
          { key: 'since', title: 'Since', cell: ({ since }) => since && <Time at={since} /> },
        ]}
      />
    )}
  </Card>
);
