// One route: its parameters and responses, and a form that calls it.
import { Card } from '../../components/layout/page.js';
import { BASE } from '../../base.js';
import { resolve, typeInWords, type Document, type JsonSchema, type Operation } from './document.js';
import { TryIt } from './try-it.js';

interface OperationProps {
  readonly operation: Operation;
  readonly document: Document;
}

interface FieldRow {
  readonly name: string;
  readonly place: string;
  readonly schema: JsonSchema | undefined;
  readonly needed: boolean;
  readonly description: string | undefined;
}

const fieldsOf = (schema: JsonSchema | undefined, document: Document, place: string): FieldRow[] => {
  const { properties = {}, required = [] } = resolve(schema, document);
  return Object.entries(properties).map(([name, property]) => ({
    ...{ name, place, schema: property },
    needed: required.includes(name),
    description: property.description ?? resolve(property, document).description,
  }));
};

const Fields = ({ rows, document }: { readonly rows: readonly FieldRow[]; readonly document: Document }) => (
  <dl class="api-fields">
    {rows.map(({ name, place, schema, needed, description }) => (
      <div key={`${place} ${name}`}>
        <dt>
          <code>{name}</code> <span class="small">{place}</span> {needed && <span class="small needed">required</span>}
        </dt>
        <dd>
          <span class="mono muted">{typeInWords(schema, document)}</span>
          {description && <div>{description}</div>}
        </dd>
      </div>
    ))}
  </dl>
);

export const jsonSchemaOf = ({ requestBody }: Operation): JsonSchema | undefined =>
  requestBody?.content['application/json']?.schema;

export const OneOperation = ({ operation, document }: OperationProps) => {
  const { method, path, summary, parameters = [], responses, operationId } = operation;
  const takes: FieldRow[] = [
    ...parameters.map(({ name, in: place, schema, required, description }) => ({
      ...{ name, place, schema, needed: required ?? false },
      description: description ?? schema?.description,
    })),
    ...fieldsOf(jsonSchemaOf(operation), document, 'body'),
  ];
  return (
    <div class="stack">
      <Card title={summary ?? operationId}>
        <div class="stack">
          <p class="mono break">
            <b class={`method ${method}`}>{method.toUpperCase()}</b> {BASE}
            {path}
          </p>
          {takes.length > 0 ? (
            <Fields rows={takes} document={document} />
          ) : (
            <p class="muted">This route has no parameters.</p>
          )}
        </div>
      </Card>
      <TryIt operation={operation} document={document} />
      <Card title="Responses">
        <div class="stack">
          {Object.entries(responses).map(([status, { description, content }]) => {
            const schema = Object.values(content ?? {})[0]?.schema;
            const rows = fieldsOf(schema, document, '');
            return (
              <section key={status}>
                <h3>
                  {status} <span class="muted">{description}</span>
                </h3>
                {rows.length > 0 && (
                  <details>
                    <summary class="muted small">{typeInWords(schema, document)}</summary>
                    <Fields rows={rows} document={document} />
                  </details>
                )}
              </section>
            );
          })}
        </div>
      </Card>
    </div>
  );
};
