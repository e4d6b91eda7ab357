// Statistics by job type: counts, success rate and durations, with histograms for the selected type.
import type { ResponseOf } from '../../api/client.js';
import { Empty } from '../../components/feedback/loaded.js';
import { DataTable } from '../../components/table/data-table.js';
import { link, setFilters } from '../../state/router.js';
import { duration, number } from '../../time/format.js';

export type QueueStats = ResponseOf<'/queues/stats', 'get'>;

const ms = (value: number | null): string => (value === null ? '–' : duration(value));

interface TypesProps {
  readonly stats: QueueStats;
  /** The type whose histograms are shown. */
  readonly shown: string | undefined;
}

export const Types = ({ stats, shown }: TypesProps) =>
  stats.types.length === 0 ? (
    <Empty title="No jobs ran in this period">
      Try a longer period. <a href={link(['jobs', 'new'])}>Enqueue one</a> to try it out.
    </Empty>
  ) : (
    <DataTable
      caption="Types"
      rows={stats.types}
      keyOf={({ type }) => type}
      columns={[
        { key: 'type', title: 'Type', cell: ({ type }) => <a href={link(['jobs'], { type })}>{type}</a> },
        { key: 'completed', title: 'Completed', end: true, cell: ({ completed }) => number(completed) },
        { key: 'retried', title: 'Retried', end: true, cell: ({ retried }) => number(retried) },
        {
          key: 'dead',
          title: 'Dead',
          end: true,
          cell: ({ dead, type }) =>
            dead > 0 ? <a href={link(['jobs'], { type, status: 'dead' })}>{number(dead)}</a> : '0',
        },
        {
          key: 'rate',
          title: 'Success',
          end: true,
          cell: ({ success_rate: rate }) => (rate === null ? '–' : `${(100 * rate).toFixed(1)} %`),
        },
        { key: 'wait', title: 'Wait p95', end: true, cell: ({ wait }) => ms(wait?.p95_ms ?? null) },
        { key: 'p50', title: 'Duration p50', end: true, cell: ({ p50_ms: p50 }) => ms(p50) },
        { key: 'p95', title: 'p95', end: true, cell: ({ p95_ms: p95 }) => ms(p95) },
        { key: 'p99', title: 'p99', end: true, cell: ({ p99_ms: p99 }) => ms(p99) },
        {
          key: 'slowest',
          title: 'Slowest',
          end: true,
          cell: ({ slowest_ms: slowest, slowest_job: job }) =>
            job === null ? ms(slowest) : <a href={link(['jobs', job])}>{ms(slowest)}</a>,
        },
        {
          key: 'histogram',
          title: 'Histogram',
          cell: ({ type }) => (
            <button
              type="button"
              class="as-link"
              aria-pressed={type === shown}
              onClick={() => setFilters({ type: type === shown ? undefined : type })}
            >
              {type === shown ? 'Hide' : 'Show'}
            </button>
          ),
        },
      ]}
    />
  );
