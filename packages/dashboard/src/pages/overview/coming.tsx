// What falls due in the next 24 hours or 14 days, by hour, in the selected zone, with its clock changes.
import { useState } from 'preact/hooks';
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { StackedBars, type Bar } from '../../components/charts/stacked-bars.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Segmented } from '../../components/form/segmented.js';
import { Card } from '../../components/layout/page.js';
import type { Schemas } from '../../api/client.js';
import { jumpInWords } from '../../time/clock-changes.js';
import { dayLabel, minuteTime, number } from '../../time/format.js';
import { zoneFor, zoneName } from '../../time/zones.js';

const HOUR_MS = 3_600_000;
const EVERY_MS = 60_000;

type Span = '24' | '336';

type Forecast = Schemas['Forecast'];

/** A line where a local day begins, and hour labels in a short forecast. */
function labelOf({ items }: Forecast, n: number, zone: string): Partial<Bar> {
  const [before, local] = [items[n - 1]?.local, items[n]?.local ?? ''];
  const at = Date.parse(items[n]?.at ?? '');
  const isLong = items.length > 30;
  if (before && before.slice(0, 10) !== local.slice(0, 10)) {
    return { line: 'day', label: isLong ? dayLabel(at, zone).split(' ').slice(0, 2).join(' ') : dayLabel(at, zone) };
  }
  return !isLong && Number(local.slice(11, 13)) % 3 === 0 ? { label: minuteTime(at, zone) } : {};
}

function barsOf(forecast: Forecast, zone: string): Bar[] {
  return forecast.items.map(({ at: iso, occurrences }, n) => {
    const at = Date.parse(iso);
    const end = Date.parse(forecast.items[n + 1]?.at ?? '') || at + HOUR_MS;
    const change = forecast.clock_changes.find((one) => Date.parse(one.at) >= at && Date.parse(one.at) < end);
    return {
      key: iso,
      title: `${dayLabel(at, zone)}, ${minuteTime(at, zone)} to ${minuteTime(end, zone)}`,
      parts: [{ tone: 'accent', name: 'due', value: occurrences }],
      ...labelOf(forecast, n, zone),
      ...(change ? { line: 'change', lineLabel: `Clock ${jumpInWords(change.jump_minutes)}` } : {}),
    };
  });
}

const Chart = ({ forecast, zone }: { readonly forecast: Forecast; readonly zone: string }) => {
  const total = forecast.items.reduce((sum, { occurrences }) => sum + occurrences, 0);
  if (total === 0)
    return (
      <Empty title="Nothing falls due in this period">Active subscriptions appear here with their next run.</Empty>
    );
  return (
    <>
      <StackedBars name="Occurrences that fall due, by hour" bars={barsOf(forecast, zone)} />
      <p class="muted small">
        {forecast.estimated && 'About '}
        {number(total)} due, in {zoneName(zone)} time.{' '}
        {forecast.clock_changes.map(
          ({ at, jump_minutes: jump }) =>
            `The clock changes by ${jumpInWords(jump)} on ${dayLabel(Date.parse(at), zone)}. `,
        )}
      </p>
    </>
  );
};

export const Coming = () => {
  const [span, setSpan] = useState<Span>('24');
  const zone = zoneFor();
  const forecast = useQuery(
    `forecast/${span}/${zone}`,
    (signal) => get('/forecast', { query: { hours: Number(span), bucket: '1h', zone }, signal }),
    { everyMs: EVERY_MS },
  );
  return (
    <Card
      title="Upcoming"
      area="coming"
      aside={
        <Segmented
          label="Period"
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
        {(loaded) => <Chart forecast={loaded} zone={zone} />}
      </Loaded>
    </Card>
  );
};
