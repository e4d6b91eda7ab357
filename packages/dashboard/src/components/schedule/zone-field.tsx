// The time zone field of a schedule, with the zones known to the browser as suggestions.
import { Field } from '../form/field.js';
import type { Schedule } from './schedule.js';
import { withField } from './with-field.js';

const zones = Intl.supportedValuesOf('timeZone');

interface ZoneFieldProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
  readonly error?: string | undefined;
}

export const ZoneField = ({ schedule, onChange, error }: ZoneFieldProps) => (
  <>
    <Field label="Time zone" whole error={error}>
      <input
        list="zones"
        spellcheck={false}
        value={schedule.timezone ?? ''}
        placeholder="UTC"
        onInput={(event) => onChange(withField(schedule, 'timezone', event.currentTarget.value))}
      />
    </Field>
    <datalist id="zones">
      {zones.map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  </>
);
