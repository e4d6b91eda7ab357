// When a new job runs: now, at one moment, or again and again by a schedule.
import type { ApiProblem } from '../../../api/problem.js';
import { Field } from '../../../components/form/field.js';
import { Segmented } from '../../../components/form/segmented.js';
import { OccurrenceList } from '../../../components/schedule/occurrence-list.js';
import { ScheduleForm } from '../../../components/schedule/schedule-form.js';
import { usePreview } from '../../../components/schedule/use-preview.js';
import { viewerZone, zoneName } from '../../../time/zones.js';
import type { Draft, When } from './draft.js';

const SHOWN = 4;

interface WhenProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly problem: ApiProblem | undefined;
}

const Again = ({ draft, onChange }: WhenProps) => {
  const { preview, problem } = usePreview(draft.schedule, SHOWN);
  return (
    <>
      <ScheduleForm
        schedule={draft.schedule}
        onChange={(schedule) => onChange({ ...draft, schedule })}
        problem={problem}
      />
      {preview && (
        <div class={problem ? 'outdated' : undefined}>
          <p>{preview.description}</p>
          <OccurrenceList occurrences={preview.occurrences} zone={draft.schedule.timezone ?? 'UTC'} />
        </div>
      )}
    </>
  );
};

export const WhenInput = (props: WhenProps) => {
  const { draft, onChange, problem } = props;
  return (
    <section class="stack" aria-label="When">
      <header class="titled">
        <h2>When</h2>
        <Segmented<When>
          label="When it runs"
          value={draft.when}
          options={[
            ['now', 'Now'],
            ['later', 'Later'],
            ['again', 'Recurring'],
          ]}
          onChange={(when) => onChange({ ...draft, when })}
        />
      </header>
      {draft.when === 'later' && (
        <Field
          label="Not before"
          note={`In the time zone of this browser: ${zoneName(viewerZone)}`}
          error={problem?.messageFor('run_at')}
        >
          <input
            type="datetime-local"
            required
            value={draft.runAt}
            onInput={({ currentTarget: { value: runAt } }) => onChange({ ...draft, runAt })}
          />
        </Field>
      )}
      {draft.when === 'again' && <Again {...props} />}
    </section>
  );
};
