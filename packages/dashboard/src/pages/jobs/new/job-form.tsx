// The form for a new job of one type: payload, time and owner. Errors are shown next to their fields.
import { useState } from 'preact/hooks';
import { post, type Schemas } from '../../../api/client.js';
import { asProblem, type ApiProblem } from '../../../api/problem.js';
import { ProblemNote } from '../../../components/feedback/problem.js';
import { Field } from '../../../components/form/field.js';
import type { Job } from '../../../components/job-table.js';
import { shapeOf, startOf } from '../../../components/json-form/shape.js';
import { link, navigate } from '../../../state/router.js';
import { can } from '../../../state/session.js';
import { say } from '../../../state/toasts.js';
import { duration, number } from '../../../time/format.js';
import { viewerZone } from '../../../time/zones.js';
import { bodyOf, emptyDraft, type Draft } from './draft.js';
import { PayloadInput } from './payload-input.js';
import { WhenInput } from './when-input.js';

type JobType = Schemas['JobType'];

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
const MASKED = '[masked]';

const OWNERS = [
  ['tenant_id', 'Tenant'],
  ['workspace_id', 'Workspace'],
  ['user_id', 'User'],
] as const;

function startOfDraft({ schema }: JobType, from: Job | null): Draft {
  const payload: unknown = from?.payload ?? (schema ? startOf(shapeOf(schema)) : {});
  const draft = emptyDraft(payload, viewerZone);
  if (from === null) return draft;
  const { priority, tenant_id, workspace_id, user_id } = from;
  return {
    ...draft,
    ...{ priority, tenant_id: tenant_id ?? '', workspace_id: workspace_id ?? '', user_id: user_id ?? '' },
  };
}

const isMasked = (job: Job | null): boolean => JSON.stringify(job?.payload ?? null).includes(MASKED);

const limitsOf = ({ queue, max_attempts: attempts, timeout_s: timeout, concurrency }: JobType): string =>
  [
    `Queue ${queue}`,
    `at most ${number(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'} of ${duration(timeout * 1_000)} each`,
    concurrency !== null && `${number(concurrency)} at once per instance`,
  ]
    .filter(Boolean)
    .join(', ');

interface PartProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly problem: ApiProblem | undefined;
}

const Options = ({ draft, onChange, problem, usual }: PartProps & { readonly usual: string }) => {
  const set = (field: keyof Draft) => (event: { currentTarget: { value: string } }) =>
    onChange({ ...draft, [field]: event.currentTarget.value });
  return (
    <section class="stack" aria-label="Options">
      <h2>Options</h2>
      <div class="fields json-fields">
        <Field label="Priority" error={problem?.messageFor('priority')}>
          <select value={draft.priority} onChange={set('priority')}>
            <option value="">{usual}, as its type says</option>
            {PRIORITIES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        <Field
          label="Unique key"
          note="No second job of this type is created while another one has this key."
          error={problem?.messageFor('unique_key')}
        >
          <input spellcheck={false} maxLength={200} value={draft.unique_key} onInput={set('unique_key')} />
        </Field>
        {OWNERS.map(([field, label]) => (
          <Field key={field} label={label} error={problem?.messageFor(field)}>
            <input spellcheck={false} maxLength={200} value={draft[field]} onInput={set(field)} />
          </Field>
        ))}
      </div>
    </section>
  );
};

export const JobForm = ({ type, from }: { readonly type: JobType; readonly from: Job | null }) => {
  const [draft, setDraft] = useState(() => startOfDraft(type, from));
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const job = await post('/jobs', { body: bodyOf(type.type, draft) });
      say('The job is enqueued.', { href: link(['audit']), linkText: 'Audit' });
      navigate(link(['jobs', job.id]));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const parts = { draft, onChange: setDraft, problem };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <p class="muted small">{limitsOf(type)}.</p>
      {isMasked(from) && <p class="note warn">Secrets of the original job are masked: enter them again.</p>}
      <PayloadInput
        schema={type.schema}
        payload={draft.payload}
        onChange={(payload) => setDraft({ ...draft, payload })}
        problem={problem}
      />
      <WhenInput {...parts} />
      <Options {...parts} usual={type.priority} />
      {problem && <ProblemNote problem={problem} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy || !can('operator')}>
          Enqueue
        </button>
      </div>
    </form>
  );
};
