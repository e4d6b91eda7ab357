// A form that a module describes: what is wrong stands at its field, and nothing is lost when the server refuses it.
import { useState } from 'preact/hooks';
import { asProblem, type ApiProblem } from '../../../api/problem.js';
import { Dialog } from '../../../components/feedback/dialog.js';
import { ProblemNote } from '../../../components/feedback/problem.js';
import { can } from '../../../state/session.js';
import type { ModuleForm } from '../../../state/module-pages.js';
import { say } from '../../../state/toasts.js';
import { bodyOfDraft, draftOf, faultOf, isChange } from './draft.js';
import { FormField } from './form-fields.js';
import type { Item } from '../items.js';
import { perform, titleOf } from '../perform.js';

interface FormDialogProps {
  readonly form: ModuleForm;
  readonly item: Item;
  readonly subject: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export const FormDialog = ({ form, item, subject, onDone, onClose }: FormDialogProps) => {
  const [before] = useState(() => draftOf(form, item));
  const [draft, setDraft] = useState(before);
  const [problem, setProblem] = useState<ApiProblem>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const { fields = [] } = form;
  const faults = Object.fromEntries(fields.map((field) => [field.field, faultOf(field, draft[field.field] ?? '')]));
  const elsewhere = problem && !fields.some(({ field }) => problem.messageFor(field));

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some(Boolean)) return;
    const entered = bodyOfDraft(form, draft, before);
    if (isChange(form) && Object.keys(entered).length === 0) return onClose();
    setBusy(true);
    try {
      const outcome = await perform(form, item, entered, subject);
      if (outcome) {
        onClose();
        say(outcome.text, outcome);
      }
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={titleOf(form, subject)} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {form.confirm && <p class="prose">{form.confirm}</p>}
        {fields.map((field) => (
          <FormField
            key={field.field}
            field={field}
            entered={draft[field.field] ?? ''}
            error={problem?.messageFor(field.field) ?? (tried ? faults[field.field] : undefined)}
            onChange={(entered) => setDraft({ ...draft, [field.field]: entered })}
          />
        ))}
        {elsewhere && <ProblemNote problem={problem} />}
        <footer>
          <button type="button" class="quiet" onClick={onClose}>
            {isChange(form) ? 'Keep as it is' : 'Cancel'}
          </button>
          <button type="submit" class="primary" disabled={busy || !can(form.role)} title={roleNote(form)}>
            {busy ? 'Working…' : form.title}
          </button>
        </footer>
      </form>
    </Dialog>
  );
};

const roleNote = ({ role }: ModuleForm): string | undefined => (can(role) ? undefined : `Needs the role ${role}`);
