// Calls a route with the permissions of this session and shows the response. Changes require a confirmation.
import { useState } from 'preact/hooks';
import { asProblem } from '../../api/problem.js';
import { queryString, rawRequest } from '../../api/request.js';
import { ask } from '../../components/feedback/confirm.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Card } from '../../components/layout/page.js';
import { Field } from '../../components/form/field.js';
import { readClock } from '../../time/clock.js';
import { duration } from '../../time/format.js';
import { exampleOf, type Document, type Operation, type Parameter } from './document.js';
import { jsonSchemaOf } from './operation.js';

interface Answer {
  readonly status: string;
  readonly good: boolean;
  readonly text: string;
  readonly ms: number;
}

const MOST_CHARACTERS = 60_000;

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

type Values = Readonly<Record<string, string>>;

const addressOf = (operation: Operation, values: Values): string => {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[`path ${name}`] ?? ''),
  );
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return path + queryString(Object.fromEntries(query.map(({ name }) => [name, values[`query ${name}`]])));
};

const headersOf = (operation: Operation, values: Values): Record<string, string> =>
  Object.fromEntries(
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'header' && values[`header ${parameter.name}`])
      .map(({ name }) => [name, values[`header ${name}`] ?? '']),
  );

async function send(operation: Operation, values: Values, body: string | null): Promise<Answer> {
  const began = readClock();
  try {
    const response = await rawRequest(addressOf(operation, values), {
      method: operation.method.toUpperCase(),
      headers: headersOf(operation, values),
      ...(body === null ? {} : { body: JSON.parse(body) as unknown }),
    });
    const text = await response.text();
    return {
      status: `${response.status} ${response.statusText}`,
      good: response.ok,
      text: pretty(text).slice(0, MOST_CHARACTERS),
      ms: readClock() - began,
    };
  } catch (error) {
    const message =
      error instanceof SyntaxError ? `the body is not valid JSON: ${error.message}` : asProblem(error).message;
    return { status: 'Not sent', good: false, text: message, ms: readClock() - began };
  }
}

const ParameterField = ({
  parameter,
  value,
  onInput,
}: {
  parameter: Parameter;
  value: string;
  onInput: (value: string) => void;
}) => (
  <Field label={`${parameter.name}${parameter.required ? ' (required)' : ''}`}>
    {parameter.schema?.enum ? (
      <select value={value} onChange={(event) => onInput(event.currentTarget.value)}>
        <option value="" />
        {parameter.schema.enum.map((one) => (
          <option key={String(one)}>{String(one)}</option>
        ))}
      </select>
    ) : (
      <input spellcheck={false} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    )}
  </Field>
);

export const TryIt = ({ operation, document }: { readonly operation: Operation; readonly document: Document }) => {
  const schema = jsonSchemaOf(operation);
  const [values, setValues] = useState<Values>({});
  const [body, setBody] = useState(() => JSON.stringify(exampleOf(schema, document) ?? {}, null, 2));
  const [answer, setAnswer] = useState<Answer>();
  const { parameters = [], method, path } = operation;
  const isStream = Object.values(operation.responses).some(({ content }) => content && 'text/event-stream' in content);
  const missing = parameters.some((parameter) => parameter.in === 'path' && !values[`path ${parameter.name}`]);
  const perform = async (): Promise<void> => setAnswer(await send(operation, values, schema ? body : null));
  const start = (): Promise<void> | void => {
    if (method === 'get') return perform();
    ask({
      title: `Send ${method.toUpperCase()} ${path}?`,
      text: 'This is a real request with the permissions of your session, and it is recorded in the audit log.',
      action: 'Send it',
      perform: async () => {
        await perform();
        return null;
      },
    });
  };
  if (isStream) return <Card title="Try it">This route is a stream; the pages of this dashboard show its events.</Card>;
  return (
    <Card title="Try it" aside={answer && <span>{duration(answer.ms)}</span>}>
      <div class="stack">
        {parameters.length > 0 && (
          <div class="fields">
            {parameters.map((parameter) => {
              const key = `${parameter.in} ${parameter.name}`;
              return (
                <ParameterField
                  key={key}
                  parameter={parameter}
                  value={values[key] ?? ''}
                  onInput={(value) => setValues({ ...values, [key]: value })}
                />
              );
            })}
          </div>
        )}
        {schema && (
          <Field label="Body" whole>
            <textarea
              rows={8}
              spellcheck={false}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          </Field>
        )}
        <div class="actions">
          <ActionButton role={method === 'get' ? 'viewer' : 'operator'} kind="primary" disabled={missing} onAct={start}>
            Send
          </ActionButton>
        </div>
        {answer && (
          <div class="answer" role="status">
            <strong class={answer.good ? 'good' : 'bad'}>{answer.status}</strong>
            <pre class="json" tabIndex={0} aria-label="Response">
              {answer.text}
            </pre>
          </div>
        )}
      </div>
    </Card>
  );
};
