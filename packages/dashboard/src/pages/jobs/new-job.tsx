// A new job by hand: its type, its payload as JSON, and when it runs. The server checks the payload by the type's own schema.
import { useState } from 'preact/hooks';
import { get, post } from '../../api/client.js';
import { asProblem, type ApiProblem } from '../../api/problem.js';
import { useQuery } from '../../api/use-query.js';
import { ProblemNote } from '../../components/feedback/problem.js';
import { Card, Page } from '../../components/layout/page.js';
import { Field } from '../../components/form/field.js';
import { link, navigate, query } from '../../state/router.js';
import { say } from '../../state/toasts.js';
import { can } from '../../state/session.js';

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;

interface Draft {
  readonly type: string;
  readonly payload: string;
  readonly run_at: string;
  readonly priority: string;
  readonly unique_key: string;
  readonly workspace_id: string;
}

const EMPTY: Draft = { type: '', payload: '{\n  \n}', run_at: '', priority: '', unique_key: '', workspace_id: '' };

/** Only what was filled in. Throws for a payload that is no JSON. */
function bodyOf({ type, payload, run_at: at, ...rest }: Draft): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''));
  return {
    type,
    payload: JSON.parse(payload) as unknown,
    ...given,
    ...(at === '' ? {} : { run_at: new Date(at).toISOString() }),
  };
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const NewJob = () => {
  const stats = useQuery('queue-stats/720', (signal) => get('/queues/stats', { query: { hours: 720 }, signal }));
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, type: query.value.type ?? '' });
  const [problem, setProblem] = useState<ApiProblem>();
  const set = (field: keyof Draft) => (event: { currentTarget: { value: string } }) =>
    setDraft({ ...draft, [field]: event.currentTarget.value });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      const job = await post('/jobs', { body: bodyOf(draft) as never });
      say('The job is enqueued.', { href: link(['audit']), linkText: 'Audit' });
      navigate(link(['jobs', job.id]));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const types = new Set([...(stats.data?.types ?? []), ...(stats.data?.live ?? [])].map(({ type }) => type));
  const wrong = jsonError(draft.payload);
  return (
    <Page
      title="New job"
      parent={{ href: link(['jobs']), title: 'Jobs' }}
      lead="The server checks the payload by the schema of its type."
    >
      <Card title="Job" untitled>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <div class="fields">
            <Field label="Type" error={problem?.messageFor('type')}>
              <input list="types" required spellcheck={false} value={draft.type} onInput={set('type')} />
            </Field>
            <Field label="Not before (your time zone)" error={problem?.messageFor('run_at')}>
              <input type="datetime-local" value={draft.run_at} onInput={set('run_at')} />
            </Field>
            <Field label="Priority" error={problem?.messageFor('priority')}>
              <select value={draft.priority} onChange={set('priority')}>
                <option value="">normal (default)</option>
                {PRIORITIES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </Field>
            <Field label="Unique key" error={problem?.messageFor('unique_key')}>
              <input spellcheck={false} value={draft.unique_key} onInput={set('unique_key')} />
            </Field>
            <Field label="Workspace" error={problem?.messageFor('workspace_id')}>
              <input spellcheck={false} value={draft.workspace_id} onInput={set('workspace_id')} />
            </Field>
          </div>
          <datalist id="types">
            {[...types].sort().map((type) => (
              <option key={type} value={type} />
            ))}
          </datalist>
          <Field label="Payload (JSON)" whole error={wrong}>
            <textarea
              rows={10}
              spellcheck={false}
              aria-invalid={wrong !== undefined}
              value={draft.payload}
              onInput={set('payload')}
            />
          </Field>
          {problem && <ProblemNote problem={problem} />}
          <div class="actions">
            <button
              type="submit"
              class="primary"
              disabled={wrong !== undefined || draft.type === '' || !can('operator')}
            >
              Enqueue
            </button>
          </div>
        </form>
      </Card>
    </Page>
  );
};
