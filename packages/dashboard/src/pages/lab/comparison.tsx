// Compares the policies on the days on which they differ, and applies the selected one.
import { useQuery } from '../../api/use-query.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import type { Occurrence } from '../../components/schedule/preview.js';
import type { Schedule } from '../../components/schedule/schedule.js';
import { dayLabel } from '../../time/format.js';
import { firing } from './calendar-days.js';
import { loadComparison, type Months, type PolicyComparison } from './load-year.js';

type Policy = PolicyComparison['policies'][number];

const TITLES: Readonly<Record<Policy['field'], string>> = {
  dst_gap: 'The local time does not exist',
  dst_overlap: 'The local time occurs twice',
  month_end: 'The month has no such day',
};

const Times = ({ occurrences }: { readonly occurrences: readonly Occurrence[] }) =>
  firing(occurrences) === 0 ? (
    <span class="muted">does not run</span>
  ) : (
    <>
      {occurrences
        .filter(({ at }) => at !== null)
        .map(({ at, local, utc_offset: offset }) => (
          <div key={at} class="nowrap">
            {local.slice(11, 16)} <span class="muted small">{offset}</span>
          </div>
        ))}
    </>
  );

interface PolicyTableProps {
  readonly policy: Policy;
  readonly onTake: (value: string) => void;
}

const PolicyTable = ({ policy: { field, current, values, days }, onTake }: PolicyTableProps) => {
  const title = TITLES[field];
  return (
    <section class="policy">
      <h3>
        {title} <code>{field}</code>
      </h3>
      {days.length === 0 ? (
        <p class="muted small">No day in these months differs.</p>
      ) : (
        <div class="table-room" tabIndex={0} role="region" aria-label={title}>
          <table class="policy-table">
            <thead>
              <tr>
                <th scope="col">Day</th>
                {values.map((value) => (
                  <th key={value} scope="col">
                    <button type="button" class="small" aria-pressed={value === current} onClick={() => onTake(value)}>
                      {value}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map(({ date, by_value: day }) => (
                <tr key={date}>
                  <th scope="row" class="nowrap">
                    {dayLabel(Date.parse(`${date}T00:00:00Z`), 'UTC')} {date.slice(0, 4)}
                  </th>
                  {values.map((value) => (
                    <td key={value} class={value === current ? 'current' : undefined}>
                      <Times occurrences={day[value] ?? []} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};

interface ComparisonProps {
  readonly schedule: Schedule;
  readonly months: Months;
  readonly onTake: (field: keyof Schedule, value: string) => void;
}

export const Comparison = ({ schedule, months, onTake }: ComparisonProps) => {
  const compared = useQuery(`lab/policies/${JSON.stringify([schedule, months])}`, (signal) =>
    loadComparison(schedule, months, signal),
  );
  return (
    <Card title="Policies side by side" aside="Days on which the policies differ. Select a value to use it.">
      <Loaded query={compared} lines={4}>
        {({ policies, truncated }) => (
          <>
            <div class="policies-side">
              {policies.map((policy) => (
                <PolicyTable key={policy.field} policy={policy} onTake={(value) => onTake(policy.field, value)} />
              ))}
            </div>
            {truncated && (
              <p class="note warn">This schedule fires so often that some days are not compared in full.</p>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
};
