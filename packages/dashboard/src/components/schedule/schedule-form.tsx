// The fields of a schedule; only those that its frequency uses are shown.
import type { ApiProblem } from '../../api/problem.js';
import { Field } from '../form/field.js';
import { PolicyFields } from './policy-fields.js';
import type { Schedule } from './schedule.js';
import { withField } from './with-field.js';
import { ZoneField } from './zone-field.js';

type Frequency = NonNullable<Schedule['frequency']>;

const FREQUENCIES: readonly Frequency[] = ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'cron'];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** What the interval counts. */
const UNITS: Partial<Record<Frequency, string>> = {
  hourly: 'hours',
  daily: 'days',
  weekly: 'weeks',
  monthly: 'months',
  quarterly: 'quarters',
  yearly: 'years',
};

/** Which frequencies have a field that not all of them have. */
const USED_BY: Partial<Record<keyof Schedule, readonly Frequency[]>> = {
  interval: ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'],
  time: ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'],
  day_of_week: ['weekly'],
  day_of_month: ['monthly', 'quarterly', 'yearly'],
  month: ['quarterly', 'yearly'],
  cron: ['cron'],
};

const uses = (frequency: Frequency, field: keyof Schedule): boolean => USED_BY[field]?.includes(frequency) ?? true;

/** Fields that the new frequency does not use are taken away; it could not be saved with them. */
function withFrequency(schedule: Schedule, frequency: Frequency): Schedule {
  const kept = Object.entries(schedule).filter(([field]) => uses(frequency, field as keyof Schedule));
  const cron = frequency === 'cron' ? { cron: schedule.cron ?? '0 9 * * 1-5' } : {};
  return { ...Object.fromEntries(kept), frequency, ...cron };
}

interface ScheduleFormProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
  readonly problem: ApiProblem | undefined;
}

interface PartProps extends ScheduleFormProps {
  readonly errorOf: (field: keyof Schedule) => string | undefined;
}

const CalendarFields = ({ schedule, onChange, errorOf }: PartProps) => {
  const frequency = schedule.frequency ?? 'daily';
  const set = (field: keyof Schedule) => (event: { currentTarget: { value: string } }) =>
    onChange(withField(schedule, field, event.currentTarget.value));
  const setNumber = (field: keyof Schedule) => (event: { currentTarget: { value: string } }) =>
    onChange(
      withField(schedule, field, event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value)),
    );
  return (
    <>
      {uses(frequency, 'time') && (
        <Field label={frequency === 'hourly' ? 'Minute of the hour (00:MM)' : 'Local time'} error={errorOf('time')}>
          <input
            type="text"
            inputMode="numeric"
            spellcheck={false}
            value={schedule.time ?? ''}
            placeholder="09:00"
            onInput={set('time')}
          />
        </Field>
      )}
      {uses(frequency, 'interval') && (
        <Field label={`Every how many ${UNITS[frequency] ?? 'times'}`} error={errorOf('interval')}>
          <input type="number" min={1} value={schedule.interval ?? 1} onInput={setNumber('interval')} />
        </Field>
      )}
      {uses(frequency, 'day_of_week') && (
        <Field label="Weekday" error={errorOf('day_of_week')}>
          <select value={String(schedule.day_of_week ?? '')} onChange={setNumber('day_of_week')}>
            <option value="">That of the start</option>
            {WEEKDAYS.map((name, n) => (
              <option key={name} value={n + 1}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
      {uses(frequency, 'day_of_month') && (
        <Field label="Day of the month" error={errorOf('day_of_month')}>
          <input
            type="number"
            min={1}
            max={31}
            value={schedule.day_of_month ?? ''}
            onInput={setNumber('day_of_month')}
          />
        </Field>
      )}
      {uses(frequency, 'month') && (
        <Field label="Month" error={errorOf('month')}>
          <select value={String(schedule.month ?? '')} onChange={setNumber('month')}>
            <option value="">That of the start</option>
            {MONTHS.map((name, n) => (
              <option key={name} value={n + 1}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
      {frequency === 'cron' && (
        <Field label="Cron pattern" error={errorOf('cron')} whole>
          <input type="text" class="mono" spellcheck={false} value={schedule.cron ?? ''} onInput={set('cron')} />
        </Field>
      )}
    </>
  );
};

export const ScheduleForm = (props: ScheduleFormProps) => {
  const { schedule, onChange, problem } = props;
  const errorOf = (field: keyof Schedule): string | undefined => problem?.messageFor(`schedule.${field}`);
  const general =
    problem && (problem.messageFor('schedule') ?? (problem.errors.length === 0 ? problem.message : undefined));
  return (
    <div class="schedule-form">
      <div class="fields">
        <Field label="Frequency" error={errorOf('frequency')}>
          <select
            value={schedule.frequency ?? 'daily'}
            onChange={(event) => onChange(withFrequency(schedule, event.currentTarget.value as Frequency))}
          >
            {FREQUENCIES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        <CalendarFields {...props} errorOf={errorOf} />
        <ZoneField schedule={schedule} onChange={onChange} error={errorOf('timezone')} />
      </div>
      <PolicyFields {...props} errorOf={errorOf} />
      {general && (
        <p class="field-error" role="alert">
          {general}
        </p>
      )}
    </div>
  );
};
