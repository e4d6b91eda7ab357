// What an entry of the audit log says about the change: names and values in a line, and the whole when asked for.
import type { ComponentChildren } from 'preact';
import { Json } from '../../components/layout/page.js';
import { link } from '../../state/router.js';

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';

const inWords = (value: unknown): string => {
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function Value({ name, value }: { readonly name: string; readonly value: unknown }): ComponentChildren {
  if (name === 'run_id' && typeof value === 'string') return <a href={link(['runs', value])}>{value.slice(0, 8)}</a>;
  return <span class="break">{inWords(value)}</span>;
}

export const AuditDetails = ({ details }: { readonly details: unknown }) => {
  const entries = isPlain(details) ? [['', details] as const] : Object.entries(details as object);
  const isDeep = entries.some(([, value]) => !isPlain(value));
  return (
    <>
      {entries.map(([name, value]) => (
        <span key={name} class="detail">
          <span class="muted">{name.replaceAll('_', ' ')}</span> <Value name={name} value={value as unknown} />{' '}
        </span>
      ))}
      {isDeep && (
        <details>
          <summary class="muted small">All of it</summary>
          <Json value={details} label="Details" />
        </details>
      )}
    </>
  );
};
