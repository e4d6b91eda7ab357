// What falls due in the next 24 hours or 14 days, by hour, in the chosen zone, with the changes of its clock.
import { useState } from 'preact/hooks';
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { StackedBars, type Bar } from '../../components/charts/stacked-bars.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Segmented } from '../../components/form/segmented.js';
import { Card } from '../../components/layout/page.js';
import { clockChanges, jumpInWords, type ClockChange } from '../../time/clock-changes.js';
import { dayLabel, localDate, localHour, minuteTime, number } from '../../time/format.js';
import { link } from '../../state/router.js';
import { zoneFor, zoneName } from '../../time/zones.js';

const HOUR_MS = 3_600_000;
const EVERY_MS = 60_000;

type Span = '24' | '336';

interface Bucket {
  readonly at: string;
  readonly occurrences: number;
}

function labelOf(at: number, n: number, hours: number, zone: string): Partial<Bar> {
  const startsDay = n > 0 && localDate(at, zone) !== localDate(at - HOUR_MS, zone);
  if (startsDay) {
    const isNarrow = hours > 24;
    return { line: 'day', label: isNarrow ? dayLabel(at, zone).split(' ').slice(0, 2).join(' ') : dayLabel(at, zone) };
  }
  return hours <= 24 && localHour(at, zone) % 3 === 0 ? { label: minuteTime(at, zone) } : {};
}

function barsOf(buckets: readonly Bucket[], hours: number, zone: string, changes: readonly ClockChange[]): Bar[] {
  return buckets.map(({ at: iso, occurrences }, n) => {
    const at = Date.parse(iso);
    const change = changes.find((one) => one.at >= at && one.at < at + HOUR_MS);
    return {
      key: iso,
      title: `${dayLabel(at, zone)}, ${minuteTime(at, zone)} to ${minuteTime(at + HOUR_MS, zone)}`,
      parts: [{ tone: 'accent', name: 'due', value: occurrences }],
      ...labelOf(at, n, hours, zone),
      ...(change ? { line: 'change', lineLabel: `Clock ${jumpInWords(change.jumpMinutes)}` } : {}),
    };
  });
}

const Chart = ({ buckets, hours }: { readonly buckets: readonly Bucket[]; readonly hours: number }) => {
  const zone = zoneFor();
  const start = Date.parse(buckets[0]?.at ?? '');
  const changes = Number.isNaN(start) ? [] : clockChanges(start, start + hours * HOUR_MS, zone);
  const total = buckets.reduce((sum, { occurrences }) => sum + occurrences, 0);
  if (total === 0)
    return (
      <Empty title="Nothing falls due in this time">
        Active subscriptions appear here with their occurrences. <a href={link(['lab'])}>Try a schedule in the lab</a>{' '}
        before you create one.
      </Empty>
    );
  return (
    <>
      <StackedBars name="Occurrences that fall due, by hour" bars={barsOf(buckets, hours, zone, changes)} />
      <p class="muted small">
        {number(total)} due, in {zoneName(zone)} time.{' '}
        {changes.map(
          ({ at, jumpMinutes }) => `The clock changes by ${jumpInWords(jumpMinutes)} on ${dayLabel(at, zone)}. `,
        )}
      </p>
    </>
  );
};

export const Coming = () => {
  const [span, setSpan] = useState<Span>('24');
  const forecast = useQuery(
    `forecast/${span}`,
    (signal) => get('/forecast', { query: { hours: Number(span), bucket: '1h' }, signal }),
    { everyMs: EVERY_MS },
  );
  return (
    <Card
      title="What is coming"
      area="coming"
      aside={
        <Segmented
          label="How far ahead"
          value={span}
          options={[
            ['24', '24 hours'],
            ['336', '14 days'],
          ]}
          onChange={setSpan}
        />
      }
    >
      <Loaded query={forecast} lines={8}>
        {({ items }) => <Chart buckets={items} hours={Number(span)} />}
      </Loaded>
    </Card>
  );
};
