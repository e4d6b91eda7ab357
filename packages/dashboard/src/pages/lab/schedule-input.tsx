// Enters a schedule with a form, as JSON, or as a cron pattern.
import { useState } from 'preact/hooks';
import type { ApiProblem } from '../../api/problem.js';
import { Field } from '../../components/form/field.js';
import { Segmented } from '../../components/form/segmented.js';
import { ScheduleForm } from '../../components/schedule/schedule-form.js';
import type { Schedule } from '../../components/schedule/schedule.js';
import { ZoneField } from '../../components/schedule/zone-field.js';

type Mode = 'form' | 'json' | 'cron';

interface ScheduleInputProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
  readonly problem: ApiProblem | undefined;
}

const Errors = ({ problem }: { readonly problem: ApiProblem | undefined }) =>
  problem ? (
    <div class="field-error" role="alert">
      {problem.errors.length === 0
        ? problem.message
        : problem.errors.map(({ path, message }) => (
            <p key={path}>
              <code>{path.replace(/^schedule\./, '')}</code> {message}
            </p>
          ))}
    </div>
  ) : null;

const JsonInput = ({ schedule, onChange, problem }: ScheduleInputProps) => {
  const [text, setText] = useState(JSON.stringify(schedule, null, 2));
  const [wrong, setWrong] = useState<string>();
  const change = (value: string): void => {
    setText(value);
    try {
      const parsed: unknown = JSON.parse(value);
      setWrong(undefined);
      onChange(parsed as Schedule);
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <>
      <Field label="Schedule as JSON" whole error={wrong}>
        <textarea
          rows={12}
          spellcheck={false}
          value={text}
          aria-invalid={wrong !== undefined}
          onInput={(event) => change(event.currentTarget.value)}
        />
      </Field>
      {wrong === undefined && <Errors problem={problem} />}
    </>
  );
};

const CronInput = ({ schedule, onChange, problem }: ScheduleInputProps) => {
  const change = (cron: string): void => {
    const { timezone } = schedule;
    onChange({ frequency: 'cron', cron, ...(timezone === undefined ? {} : { timezone }) });
  };
  return (
    <>
      <Field label="Pattern: minute, hour, day, month, weekday; six fields begin with seconds" whole>
        <input
          type="text"
          class="mono"
          spellcheck={false}
          value={schedule.cron ?? ''}
          placeholder="0 9 * * 1-5"
          onInput={(event) => change(event.currentTarget.value)}
        />
      </Field>
      <ZoneField schedule={schedule} onChange={onChange} />
      <Errors problem={problem} />
    </>
  );
};

export const ScheduleInput = (props: ScheduleInputProps) => {
  const [mode, setMode] = useState<Mode>('form');
  return (
    <div class="stack">
      <Segmented
        label="Input mode"
        value={mode}
        options={[
          ['form', 'Form'],
          ['json', 'JSON'],
          ['cron', 'Cron'],
        ]}
        onChange={setMode}
      />
      {mode === 'form' && <ScheduleForm {...props} />}
      {mode === 'json' && <JsonInput {...props} />}
      {mode === 'cron' && <CronInput {...props} />}
    </div>
  );
};
