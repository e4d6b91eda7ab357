// The payload of a new job: as a form if the schema of its type supports one, and always as JSON.
import { useMemo, useState } from 'preact/hooks';
import type { ApiProblem } from '../../../api/problem.js';
import { Field } from '../../../components/form/field.js';
import { Segmented } from '../../../components/form/segmented.js';
import { ObjectInput } from '../../../components/json-form/json-form.js';
import { shapeOf, type JsonSchema } from '../../../components/json-form/shape.js';

const PATH = 'payload';

interface PayloadProps {
  readonly schema: JsonSchema | null;
  readonly payload: unknown;
  readonly onChange: (payload: unknown) => void;
  readonly problem: ApiProblem | undefined;
}

type ErrorAt = (path: string) => string | undefined;

/** All errors in the payload with their paths, because the JSON is a single field. */
const errorsIn = (problem: ApiProblem | undefined): string | undefined =>
  problem?.errors
    .filter(({ path }) => path === PATH || path.startsWith(`${PATH}.`))
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ') || undefined;

const AsJson = ({ payload, onChange, problem }: Omit<PayloadProps, 'schema'>) => {
  const [text, setText] = useState(JSON.stringify(payload ?? {}, null, 2));
  const [wrong, setWrong] = useState<string>();
  const change = (input: HTMLTextAreaElement): void => {
    setText(input.value);
    try {
      onChange(JSON.parse(input.value));
      input.setCustomValidity('');
      setWrong(undefined);
    } catch (error) {
      input.setCustomValidity((error as Error).message);
      setWrong((error as Error).message);
    }
  };
  return (
    <Field label="Payload (JSON)" whole error={wrong ?? errorsIn(problem)}>
      <textarea
        rows={Math.min(24, Math.max(6, text.split('\n').length + 1))}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => change(currentTarget)}
      />
    </Field>
  );
};

export const PayloadInput = (props: PayloadProps) => {
  const { schema, payload, onChange, problem } = props;
  const [mode, setMode] = useState<'form' | 'json'>('form');
  const shape = useMemo(() => schema && shapeOf(schema), [schema]);
  const errorAt: ErrorAt = (path) => problem?.messageFor(path);
  if (shape?.kind !== 'object') return <AsJson {...props} />;
  return (
    <section class="stack" aria-label="Payload">
      <header class="titled">
        <h2>Payload</h2>
        <Segmented
          label="Input mode"
          value={mode}
          options={[
            ['form', 'Form'],
            ['json', 'JSON'],
          ]}
          onChange={setMode}
        />
      </header>
      {mode === 'json' ? (
        <AsJson {...props} />
      ) : (
        <>
          {errorAt(PATH) && (
            <p class="field-error" role="alert">
              {errorAt(PATH)}
            </p>
          )}
          {shape.fields.length === 0 && <p class="muted">Jobs of this type have no payload.</p>}
          <ObjectInput shape={shape} value={payload} onChange={onChange} path={PATH} errorAt={errorAt} />
        </>
      )}
    </section>
  );
};
