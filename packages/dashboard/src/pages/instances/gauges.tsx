// Resource usage of each instance as of its last heartbeat: event loop, memory, pool, claims and restarts.
import { Card } from '../../components/layout/page.js';
import { Progress } from '../../components/progress.js';
import { DataTable } from '../../components/table/data-table.js';
import type { Status } from '../../state/live.js';
import { bytes, duration, number } from '../../time/format.js';

type Instance = Status['instances'][number];
type Gauges = NonNullable<Instance['gauges']>;

/** Values above these limits are highlighted. */
const LIMITS = { loopMs: 100, heapShare: 0.85, restarts: 3 };

interface Row extends Gauges {
  readonly id: string;
  readonly host: string;
}

const rowsOf = (instances: readonly Instance[]): readonly Row[] =>
  instances.flatMap(({ id, hostname, pid, state, gauges }) =>
    gauges !== null && (state === 'alive' || state === 'draining')
      ? [{ ...gauges, id, host: `${hostname} ${pid}` }]
      : [],
  );

const Marked = ({ high, children }: { readonly high: boolean; readonly children: string }) => (
  <span class={high ? 'gauge-high' : undefined} title={high ? 'Higher than usual' : undefined}>
    {children}
  </span>
);

const Memory = ({ heap_used_bytes: used, heap_limit_bytes: limit, rss_bytes: rss }: Gauges) => (
  <div class="gauge-memory">
    <Progress
      label="Heap in use"
      done={used}
      total={limit}
      words={`${bytes(used)} of ${bytes(limit)}`}
      note={`resident ${bytes(rss)}`}
    />
  </div>
);

const poolWords = ({ pool_total: total, pool_idle: idle, pool_waiting: waiting }: Gauges): string =>
  `${number(total - idle)} of ${number(total)} in use${waiting > 0 ? `, ${number(waiting)} waiting` : ''}`;

export const InstanceGauges = ({ state: { instances } }: { readonly state: Status }) => {
  const rows = rowsOf(instances);
  if (rows.length === 0) return null;
  return (
    <Card title="Resource usage" flush aside="as of the last heartbeat of each">
      <DataTable
        caption="Resource usage"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { key: 'host', title: 'Host', cell: ({ host }) => host },
          {
            key: 'loop',
            title: 'Event loop delay, p99',
            end: true,
            cell: ({ event_loop_p99_ms: ms }) => (
              <Marked high={ms > LIMITS.loopMs}>{ms < 1 ? 'below 1 ms' : duration(ms)}</Marked>
            ),
          },
          { key: 'memory', title: 'Heap usage', cell: (row) => <Memory {...row} /> },
          {
            key: 'pool',
            title: 'Connections',
            cell: (row) => <Marked high={row.pool_waiting > 0}>{poolWords(row)}</Marked>,
          },
          {
            key: 'claims',
            title: 'Claims per minute',
            end: true,
            cell: ({ claims_per_min: n }) => number(Math.round(n)),
          },
          {
            key: 'restarts',
            title: 'Restarts, 24 h',
            end: true,
            cell: ({ restarts_24h: n }) => <Marked high={n > LIMITS.restarts}>{number(n)}</Marked>,
          },
        ]}
      />
    </Card>
  );
};
