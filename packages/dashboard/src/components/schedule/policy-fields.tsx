// What a schedule does on days that are unlike others: changes of clock, short months, missed occurrences, bounds.
import type { Schedule } from './schedule.js';
import { Field } from '../form/field.js';
import { withField } from './with-field.js';
import './schedule.css';

interface PolicyFieldsProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
  readonly errorOf: (field: keyof Schedule) => string | undefined;
}

type Choice = readonly [field: keyof Schedule, label: string, options: readonly (readonly [string, string])[]];

const CHOICES: readonly Choice[] = [
  [
    'dst_gap',
    'Local time does not exist',
    [
      ['shift', 'run after the gap'],
      ['skip', 'leave it out'],
    ],
  ],
  [
    'dst_overlap',
    'Local time exists twice',
    [
      ['first', 'run at the first'],
      ['second', 'run at the second'],
      ['both', 'run at both'],
    ],
  ],
  [
    'month_end',
    'Month has no such day',
    [
      ['clamp', 'run on its last day'],
      ['skip', 'leave it out'],
    ],
  ],
  [
    'misfire',
    'Missed occurrences',
    [
      ['once', 'run the latest, late'],
      ['skip', 'leave them out'],
      ['all', 'run each of them'],
    ],
  ],
];

const NUMBERS: readonly (readonly [keyof Schedule, string])[] = [
  ['spread_s', 'Spread over, seconds'],
  ['misfire_grace_s', 'Still on time, seconds'],
  ['misfire_cap', 'Missed ones to run at most'],
];

const DATES: readonly (readonly [keyof Schedule, string])[] = [
  ['starts_on', 'First day'],
  ['ends_on', 'Last day'],
];

const isSet = (schedule: Schedule): boolean =>
  [...CHOICES.map(([field]) => field), ...NUMBERS.map(([field]) => field), ...DATES.map(([field]) => field)].some(
    (field) => schedule[field] !== undefined,
  );

export const PolicyFields = ({ schedule, onChange, errorOf }: PolicyFieldsProps) => (
  <details class="policies" open={isSet(schedule)}>
    <summary>Policies and bounds</summary>
    <div class="fields">
      {CHOICES.map(([field, label, options]) => (
        <Field key={field} label={label} error={errorOf(field)}>
          <select
            value={String(schedule[field] ?? '')}
            onChange={(event) => onChange(withField(schedule, field, event.currentTarget.value))}
          >
            <option value="">{options[0]?.[1]} (default)</option>
            {options.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </Field>
      ))}
      {NUMBERS.map(([field, label]) => (
        <Field key={field} label={label} error={errorOf(field)}>
          <input
            type="number"
            min={0}
            value={String(schedule[field] ?? '')}
            onInput={({ currentTarget: { value } }) =>
              onChange(withField(schedule, field, value === '' ? undefined : Number(value)))
            }
          />
        </Field>
      ))}
      {DATES.map(([field, label]) => (
        <Field key={field} label={label} error={errorOf(field)}>
          <input
            type="date"
            value={String(schedule[field] ?? '')}
            onInput={(event) => onChange(withField(schedule, field, event.currentTarget.value))}
          />
        </Field>
      ))}
    </div>
  </details>
);
