// What ran in the last days, by outcome, and what ran just now.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { StackedBars, type Bar } from '../../components/charts/stacked-bars.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import { RunTable } from '../../components/run-table.js';
import { link } from '../../state/router.js';
import { dayLabel, number } from '../../time/format.js';
import type { ResponseOf } from '../../api/client.js';

const DAYS = 14;
const EVERY_MS = 60_000;
const RUNS = 8;

type Stats = ResponseOf<'/stats', 'get'>['items'];

/** A bar for each day, UTC as the roll-ups are; days without a row are days on which nothing ran. */
function barsOf(rows: Stats): Bar[] {
  const days = [...new Set(rows.map(({ day }) => day))].sort();
  const last = days.at(-1);
  if (last === undefined) return [];
  return Array.from({ length: DAYS }, (_, n) => {
    const at = Date.parse(`${last}T00:00:00Z`) - (DAYS - 1 - n) * 86_400_000;
    const day = new Date(at).toISOString().slice(0, 10);
    const ofDay = rows.filter((row) => row.day === day);
    const total = (of: (row: Stats[number]) => number): number => ofDay.reduce((sum, row) => sum + of(row), 0);
    const dead = total((row) => row.dead);
    return {
      key: day,
      title: `${dayLabel(at, 'UTC')}, UTC`,
      label: n % 2 === 1 ? dayLabel(at, 'UTC').split(' ').slice(1).join(' ') : undefined,
      parts: [
        { tone: 'good', name: 'successful', value: total((row) => row.successful) },
        { tone: 'warn', name: 'to retry', value: Math.max(0, total((row) => row.failed) - dead) },
        { tone: 'bad', name: 'dead', value: dead },
      ],
    };
  });
}

const Legend = () => (
  <div class="legend">
    <span>
      <i class="good" /> successful
    </span>
    <span>
      <i class="warn" /> to retry
    </span>
    <span>
      <i class="bad" /> dead
    </span>
  </div>
);

export const PastDays = () => {
  const stats = useQuery('stats/14', (signal) => get('/stats', { query: { days: DAYS }, signal }), {
    everyMs: EVERY_MS,
  });
  return (
    <Card title="What ran, by day" area="past" aside={<Legend />}>
      <Loaded query={stats} lines={8}>
        {({ items }) =>
          items.every(({ successful, failed, dead }) => successful + failed + dead === 0) ? (
            <Empty title={`Nothing ran in the last ${DAYS} days`}>
              Occurrences and jobs are counted here while they run. <a href={link(['jobs', 'new'])}>Enqueue a job</a> to
              see one.
            </Empty>
          ) : (
            <>
              <StackedBars name="Occurrences and jobs by day" bars={barsOf(items)} />
              <p class="muted small">
                {number(items.reduce((sum, { successful }) => sum + successful, 0))} successful in {DAYS} days, which
                begin at midnight UTC.
              </p>
            </>
          )
        }
      </Loaded>
    </Card>
  );
};

export const LatestRuns = () => {
  const latest = useQuery('runs/latest', (signal) => get('/runs', { query: { limit: RUNS }, signal }), {
    everyMs: 10_000,
  });
  return (
    <Card title="Latest runs" area="runs" flush aside={<a href={link(['runs'])}>All runs</a>}>
      <Loaded query={latest} lines={RUNS}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing has run yet">
              A tick that finds nothing to do leaves no run. <a href={link(['processes'])}>Run a process by hand</a>.
            </Empty>
          ) : (
            <RunTable runs={items} shape="latest" />
          )
        }
      </Loaded>
    </Card>
  );
};
