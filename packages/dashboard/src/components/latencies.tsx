// How late, how long waited for and how long something took: the percentiles of its last day with their histogram.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api/client.js';
import { useQuery } from '../api/use-query.js';
import { duration } from '../time/format.js';
import { Histogram } from './charts/histogram.js';
import { Empty, Loaded } from './feedback/loaded.js';
import { Segmented } from './form/segmented.js';
import { Card } from './layout/page.js';

type Latency = Schemas['Latency'];

const MEASURES: readonly (readonly [Latency['measure'], string, string])[] = [
  ['lateness', 'Lateness', 'from its nominal time to its begin'],
  ['wait', 'Wait', 'from when it was due to its begin'],
  ['duration', 'Duration', 'of each run, attempt or call'],
];

const One = ({
  latency,
  title,
  note,
}: {
  readonly latency: Latency;
  readonly title: string;
  readonly note: string;
}) => {
  const marks = [
    { name: 'p50', ms: latency.p50_ms },
    { name: 'p95', ms: latency.p95_ms },
    { name: 'p99', ms: latency.p99_ms },
  ];
  return (
    <section class="latency" aria-label={title}>
      <header>
        <strong title={note}>{title}</strong>
        <span class="percentiles">
          {marks.map(({ name, ms }) => (
            <span key={name}>
              <span class="muted">{name}</span> {duration(ms)}
            </span>
          ))}
        </span>
      </header>
      <Histogram name={title} bins={latency.bins} marks={marks} />
    </section>
  );
};

type Span = '1' | '24' | '168';

interface LatenciesProps {
  readonly subject: Latency['subject'];
  readonly name: string;
  readonly title?: string;
}

export const Latencies = ({ subject, name, title: heading = 'How late, how long' }: LatenciesProps) => {
  const [hours, setHours] = useState<Span>('24');
  const loaded = useQuery(`latencies/${subject}/${name}/${hours}`, (signal) =>
    get('/stats/latencies', { query: { subject, name, hours: Number(hours) }, signal }),
  );
  return (
    <Card
      title={heading}
      aside={
        <Segmented
          label="How far back"
          value={hours}
          options={[
            ['1', '1 h'],
            ['24', '24 h'],
            ['168', '7 d'],
          ]}
          onChange={setHours}
        />
      }
    >
      <Loaded query={loaded} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing was measured in this time">A longer time may have some.</Empty>
          ) : (
            <div class="stack">
              {MEASURES.map(([measure, title, note]) => {
                const latency = items.find((one) => one.measure === measure);
                return latency && <One key={measure} {...{ latency, title, note }} />;
              })}
            </div>
          )
        }
      </Loaded>
    </Card>
  );
};
