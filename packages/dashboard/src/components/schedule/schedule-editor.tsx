// Edits a schedule: the form, a preview, and buttons to save or discard the change.
import { useState } from 'preact/hooks';
import { asProblem, type ApiProblem } from '../../api/problem.js';
import { say } from '../../state/toasts.js';
import type { Outcome } from '../feedback/confirm.js';
import { ProblemNote } from '../feedback/problem.js';
import { OccurrenceList } from './occurrence-list.js';
import type { Schedule } from './schedule.js';
import { ScheduleForm } from './schedule-form.js';
import { usePreview } from './use-preview.js';

const SHOWN = 6;

interface ScheduleEditorProps {
  readonly schedule: Schedule;
  readonly onSave: (schedule: Schedule) => Promise<Outcome>;
  readonly onClose: () => void;
}

export const ScheduleEditor = ({ schedule, onSave, onClose }: ScheduleEditorProps) => {
  const [draft, setDraft] = useState(schedule);
  const [refusal, setRefusal] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const { preview, problem } = usePreview(draft, SHOWN);
  const changed = JSON.stringify(draft) !== JSON.stringify(schedule);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const { text, ...more } = await onSave(draft);
      say(text, more);
      onClose();
    } catch (error) {
      setRefusal(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={(event) => void save(event)}>
      <ScheduleForm schedule={draft} onChange={setDraft} problem={problem} />
      {preview && (
        <div class={problem ? 'outdated' : undefined}>
          <p>{preview.description}</p>
          <OccurrenceList occurrences={preview.occurrences} zone={draft.timezone ?? 'UTC'} />
        </div>
      )}
      {refusal && <ProblemNote problem={refusal} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy || !changed || problem !== undefined}>
          Save schedule
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          Discard changes
        </button>
      </div>
    </form>
  );
};
