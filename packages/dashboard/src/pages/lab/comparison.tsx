// Shows the policies side by side with the days that differ, and takes one over.
import { useQuery } from '../../api/use-query.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import type { Occurrence } from '../../components/schedule/preview.js';
import type { Schedule } from '../../components/schedule/schedule.js';
import { dayLabel } from '../../time/format.js';
import { loadYear, type Months } from './load-year.js';
import { differences, POLICIES, variantsOf, type Policy } from './policies.js';

const MOST_OCCURRENCES = 2_000;

type ByPolicy = ReadonlyMap<string, Readonly<Record<string, readonly Occurrence[]>>>;

/** The year under every value; what the schedule says as it stands is loaded once. */
async function loadAll(schedule: Schedule, months: Months, signal: AbortSignal): Promise<ByPolicy> {
  const current = loadYear(schedule, months, signal);
  const loaded = await Promise.all(
    variantsOf(schedule).map(async ({ policy, value, isCurrent, schedule: changed }) => {
      const { occurrences } = await (isCurrent ? current : loadYear(changed, months, signal));
      return { field: policy.field, value, occurrences };
    }),
  );
  const byPolicy = new Map<string, Record<string, readonly Occurrence[]>>();
  for (const { field, value, occurrences } of loaded)
    byPolicy.set(field, { ...byPolicy.get(field), [value]: occurrences });
  return byPolicy;
}

const Times = ({ occurrences }: { readonly occurrences: readonly Occurrence[] }) =>
  occurrences.length === 0 ? (
    <span class="muted">does not run</span>
  ) : (
    <>
      {occurrences.map(({ at, local, utc_offset: offset }) => (
        <div key={at} class="nowrap">
          {local.slice(11, 16)} <span class="muted small">{offset}</span>
        </div>
      ))}
    </>
  );

interface PolicyTableProps {
  readonly policy: Policy;
  readonly byValue: Readonly<Record<string, readonly Occurrence[]>>;
  readonly current: string;
  readonly onTake: (value: string) => void;
}

const PolicyTable = ({ policy, byValue, current, onTake }: PolicyTableProps) => {
  const days = differences(byValue);
  return (
    <section class="policy">
      <h3>
        {policy.title} <code>{policy.field}</code>
      </h3>
      {days.length === 0 ? (
        <p class="muted small">No day of these months differs.</p>
      ) : (
        <div class="table-room" tabIndex={0} role="region" aria-label={policy.title}>
          <table class="policy-table">
            <thead>
              <tr>
                <th scope="col">Day</th>
                {policy.values.map((value) => (
                  <th key={value} scope="col">
                    <button type="button" class="small" aria-pressed={value === current} onClick={() => onTake(value)}>
                      {value}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map(({ date, byValue: day }) => (
                <tr key={date}>
                  <th scope="row" class="nowrap">
                    {dayLabel(Date.parse(`${date}T00:00:00Z`), 'UTC')} {date.slice(0, 4)}
                  </th>
                  {policy.values.map((value) => (
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
  readonly size: number;
  readonly onTake: (field: keyof Schedule, value: string) => void;
}

const Compared = ({ schedule, months, onTake }: ComparisonProps) => {
  const all = useQuery(`lab/policies/${JSON.stringify([schedule, months])}`, (signal) =>
    loadAll(schedule, months, signal),
  );
  return (
    <Loaded query={all} lines={4}>
      {(byPolicy) => (
        <div class="policies-side">
          {POLICIES.map((policy) => (
            <PolicyTable
              key={policy.field}
              policy={policy}
              byValue={byPolicy.get(policy.field) ?? {}}
              current={schedule[policy.field] ?? policy.values[0] ?? ''}
              onTake={(value) => onTake(policy.field, value)}
            />
          ))}
        </div>
      )}
    </Loaded>
  );
};

export const Comparison = (props: ComparisonProps) => (
  <Card title="Policies side by side" aside="The days that differ. Choose a value to take it over.">
    {props.size > MOST_OCCURRENCES ? (
      <p class="muted">
        This schedule fires too often to be compared day by day. Give it a longer interval, or name hours.
      </p>
    ) : (
      <Compared {...props} />
    )}
  </Card>
);
