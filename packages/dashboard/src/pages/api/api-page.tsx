// The API, rendered from its OpenAPI document, with requests that can be tried.
import { useMemo, useState } from 'preact/hooks';
import { request } from '../../api/request.js';
import { useQuery } from '../../api/use-query.js';
import { BASE } from '../../base.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card, Page } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import type { PageProps } from '../registry.js';
import './api.css';
import { operationsOf, type Document, type Operation } from './document.js';
import { OneOperation } from './operation.js';

const Method = ({ method }: { readonly method: string }) => <b class={`method ${method}`}>{method.toUpperCase()}</b>;

const matches = ({ path, summary, operationId, method }: Operation, text: string): boolean =>
  `${method} ${path} ${summary ?? ''} ${operationId}`.toLowerCase().includes(text.toLowerCase());

interface ListProps {
  readonly operations: readonly Operation[];
  readonly chosen: string | undefined;
}

const OperationList = ({ operations, chosen }: ListProps) => {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  if (operations.length === 0) return <Empty title="No route matches" />;
  return (
    <nav class="operations" aria-label="Routes">
      {tags.map((tag) => (
        <div key={tag}>
          <h3>{tag}</h3>
          <ul>
            {operations
              .filter((operation) => operation.tag === tag)
              .map(({ operationId, method, path, summary }) => (
                <li key={operationId}>
                  <a
                    href={link(['api', operationId])}
                    aria-current={operationId === chosen ? 'page' : undefined}
                    title={summary}
                  >
                    <Method method={method} /> <span class="mono break">{path}</span>
                  </a>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
};

const Reader = ({ document, chosen }: { readonly document: Document; readonly chosen: string | undefined }) => {
  const [text, setText] = useState('');
  const operations = useMemo(() => operationsOf(document, BASE), [document]);
  const operation = operations.find(({ operationId }) => operationId === chosen);
  return (
    <div class="api">
      <Card title="Routes" untitled>
        <input
          type="search"
          aria-label="Find a route"
          placeholder="Find a route"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <OperationList operations={operations.filter((one) => matches(one, text))} chosen={chosen} />
      </Card>
      {operation ? (
        <OneOperation key={operation.operationId} operation={operation} document={document} />
      ) : (
        <Card title="Start here">
          <div class="prose">
            <p>
              Everything in this dashboard is made of these routes, and your own tools may use them. Send{' '}
              <code>Authorization: Bearer &lt;token&gt;</code>; times are ISO 8601 in UTC, errors are RFC 9457.
            </p>
            <p>
              Choose a route to see its parameters and responses, and to try it with the rights of your session. The
              whole document is at{' '}
              <a href={`${BASE}/openapi.json`} target="_blank" rel="noreferrer">
                {BASE}/openapi.json
              </a>
              .
            </p>
          </div>
        </Card>
      )}
    </div>
  );
};

export default function ApiPage({ rest: [chosen] }: PageProps) {
  const document = useQuery('openapi', (signal) => request<Document>('/openapi.json', { signal }));
  return (
    <Page title="API" lead="From the server’s own OpenAPI document, with requests that can be tried.">
      <Loaded query={document} lines={14}>
        {(document) => <Reader document={document} chosen={chosen} />}
      </Loaded>
    </Page>
  );
}
