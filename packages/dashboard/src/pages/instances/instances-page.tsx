// Instances, their claims in hand and heartbeats; breakers, limits, modules, row schedules and versions as this instance sees them.
import { Empty, Skeleton } from '../../components/feedback/loaded.js';
import { Status } from '../../components/icons/status.js';
import { Card, Facts, Page } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import { InstanceGauges } from './gauges.js';
import { Receivers } from './receivers.js';
import './instances.css';
import { status, type Status as State } from '../../state/live.js';
import { link } from '../../state/router.js';
import { duration, number } from '../../time/format.js';

const claims = (inFlight: Readonly<Record<string, number>>): string => {
  const held = Object.entries(inFlight).filter(([, n]) => n > 0);
  return held.length === 0 ? 'none' : held.map(([source, n]) => `${number(n)} of ${source}`).join(', ');
};

/** Those that work before those that are gone, the newest of each first. */
const inOrder = (instances: State['instances']): State['instances'] => {
  const works = ({ state }: State['instances'][number]): boolean => state === 'alive' || state === 'draining';
  return [...instances].sort(
    (a, b) => Number(works(b)) - Number(works(a)) || Date.parse(b.started_at) - Date.parse(a.started_at),
  );
};

const Instances = ({ state: { instances } }: { readonly state: State }) => (
  <Card title="Instances" flush aside="Those that died or stopped in the last days are among them">
    {instances.length === 0 ? (
      <Empty title="No instance has reported yet" />
    ) : (
      <DataTable
        caption="Instances"
        rows={inOrder(instances)}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'host',
            title: 'Host',
            cell: ({ hostname, pid, self }) => (
              <>
                {hostname} <span class="muted">pid {pid}</span> {self && <span class="muted">(this one)</span>}
              </>
            ),
          },
          { key: 'state', title: 'State', cell: ({ state }) => <Status status={state} /> },
          { key: 'claims', title: 'In hand', cell: ({ in_flight: held }) => claims(held) },
          { key: 'heartbeat', title: 'Heartbeat', cell: ({ heartbeat_at: at }) => <Time at={at} /> },
          { key: 'started', title: 'Started', cell: ({ started_at: at }) => <Time at={at} /> },
          { key: 'version', title: 'Version', cell: ({ version }) => version },
          { key: 'id', title: 'Id', cell: ({ id }) => <span class="mono">{id.slice(0, 8)}</span> },
        ]}
      />
    )}
  </Card>
);

const Breakers = ({ state: { breakers } }: { readonly state: State }) => (
  <Card title="Circuit breakers" flush>
    {breakers.length === 0 ? (
      <Empty title="No breaker yet">One appears with the first call to a receiver.</Empty>
    ) : (
      <DataTable
        caption="Circuit breakers"
        rows={breakers}
        keyOf={({ name }) => name}
        columns={[
          { key: 'name', title: 'Receiver', cell: ({ name }) => name },
          {
            key: 'state',
            title: 'State',
            cell: ({ state }) => <Status status={state} word={state.replace('_', ' ')} />,
          },
          { key: 'since', title: 'Since', cell: ({ since }) => <Time at={since} /> },
        ]}
      />
    )}
  </Card>
);

const Limits = ({ state: { concurrency } }: { readonly state: State }) => (
  <Card title="Work at once, on this instance">
    <div class="stack">
      {concurrency.map(({ source, in_flight: busy, limit, max_limit: most }) => (
        <div key={source}>
          <strong>{source}</strong>
          <Progress
            label={`Limit of ${source}`}
            done={busy}
            total={limit}
            note={most === limit ? undefined : `adapts to the receiver, at most ${number(most)}`}
          />
        </div>
      ))}
    </div>
  </Card>
);

const Modules = ({ state: { modules } }: { readonly state: State }) => (
  <Card title="Modules" flush>
    {modules.length === 0 ? (
      <Empty title="No module is on" />
    ) : (
      <DataTable
        caption="Modules"
        rows={modules}
        keyOf={({ name }) => name}
        columns={[
          { key: 'name', title: 'Module', cell: ({ name }) => name },
          { key: 'status', title: 'State', cell: ({ status }) => <Status status={status} /> },
          {
            key: 'message',
            title: 'What to know',
            has: ({ message }) => Boolean(message),
            cell: ({ message }) => message,
          },
        ]}
      />
    )}
  </Card>
);

const RowSchedules = ({ state: { row_schedules: rows } }: { readonly state: State }) =>
  rows.length === 0 ? null : (
    <Card title="Row schedules" flush>
      <DataTable
        caption="Row schedules"
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { key: 'name', title: 'Name', cell: ({ name }) => <a href={link(['processes', name])}>{name}</a> },
          {
            key: 'lag',
            title: 'State',
            cell: ({ lagging }) => <Status status={lagging ? 'late' : 'ok'} word={lagging ? 'late' : 'on time'} />,
          },
          { key: 'due', title: 'Due', end: true, has: ({ due }) => due > 0, cell: ({ due }) => number(due) },
          {
            key: 'suspended',
            title: 'Suspended',
            end: true,
            has: ({ suspended }) => suspended > 0,
            cell: ({ suspended }) => number(suspended),
          },
          { key: 'next', title: 'Next due', cell: ({ next_due_at: at }) => <Time at={at} none="none" /> },
        ]}
      />
    </Card>
  );

const Versions = ({ state: { versions, scheduler } }: { readonly state: State }) => (
  <Card title="This instance">
    <Facts
      facts={[
        ['Running', scheduler.running ? 'yes' : 'no'],
        ['Up for', duration(scheduler.uptime_s * 1_000)],
        ['Tick', <code>{scheduler.tick}</code>],
        ['Punctual', versions.punctual],
        ['Node.js', versions.node],
        ['PostgreSQL', versions.postgres],
        ['Time zone data', versions.tz],
      ]}
    />
  </Card>
);

export default function InstancesPage() {
  const state = status.value;
  return (
    <Page
      title="Instances"
      lead="Who works, what each holds, and when it was last heard of. Claims of a dead instance are taken back within seconds."
    >
      {state === null ? (
        <Skeleton lines={10} />
      ) : (
        <>
          <Instances state={state} />
          <InstanceGauges state={state} />
          <div class="columns">
            <div class="stack">
              <Breakers state={state} />
              <Limits state={state} />
              <RowSchedules state={state} />
            </div>
            <div class="stack">
              <Receivers />
              <Modules state={state} />
              <Versions state={state} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
