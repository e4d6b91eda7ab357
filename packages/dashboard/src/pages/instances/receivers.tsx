// Receiver latency: percentiles of the last day for each host that is called, and a histogram for the selected one.
import { useState } from 'preact/hooks';
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Latencies } from '../../components/latencies.js';
import { Card } from '../../components/layout/page.js';
import { DataTable } from '../../components/table/data-table.js';
import { duration, number } from '../../time/format.js';

const EVERY_MS = 60_000;

export const Receivers = () => {
  const [open, setOpen] = useState<string>();
  const loaded = useQuery(
    'latencies/receivers',
    (signal) => get('/stats/latencies', { query: { subject: 'receiver', hours: 24 }, signal }),
    { everyMs: EVERY_MS },
  );
  return (
    <>
      <Card title="Receiver latency" flush aside="in the last 24 hours">
        <Loaded query={loaded} lines={3}>
          {({ items }) => {
            const calls = items.filter(({ measure }) => measure === 'duration');
            return calls.length === 0 ? (
              <Empty title="No calls in this period">
                Each receiver of your subscriptions, webhooks and lookups appears here with its first call.
              </Empty>
            ) : (
              <DataTable
                caption="Receivers"
                rows={calls}
                keyOf={({ name }) => name}
                columns={[
                  {
                    key: 'name',
                    title: 'Receiver',
                    cell: ({ name }) => (
                      <button
                        type="button"
                        class="as-link"
                        aria-expanded={open === name}
                        onClick={() => setOpen(open === name ? undefined : name)}
                      >
                        {name}
                      </button>
                    ),
                  },
                  { key: 'count', title: 'Calls', end: true, cell: ({ count }) => number(count) },
                  { key: 'p50', title: 'p50', end: true, cell: ({ p50_ms: ms }) => duration(ms) },
                  { key: 'p95', title: 'p95', end: true, cell: ({ p95_ms: ms }) => duration(ms) },
                  { key: 'p99', title: 'p99', end: true, cell: ({ p99_ms: ms }) => duration(ms) },
                ]}
              />
            );
          }}
        </Loaded>
      </Card>
      {open !== undefined && <Latencies key={open} subject="receiver" name={open} />}
    </>
  );
};
