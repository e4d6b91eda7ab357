// What an entry of the audit log says about the change: names and values in a line, and the whole when it does not fit there.
import type { ComponentChildren } from 'preact';
import { Json } from '../../components/layout/page.js';
import { Time } from '../../components/time.js';
import { link } from '../../state/router.js';
import { isPlain, needsWhole, valueInWords } from './value-in-words.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function Value({ name, value }: { readonly name: string; readonly value: unknown }): ComponentChildren {
  if (name === 'run_id' && typeof value === 'string') return <a href={link(['runs', value])}>{value.slice(0, 8)}</a>;
  if (typeof value === 'string' && INSTANT.test(value)) return <Time at={value} />;
  return <span class="break">{valueInWords(value)}</span>;
}

export const AuditDetails = ({ details }: { readonly details: unknown }) => {
  const entries = isPlain(details) ? [['', details] as const] : Object.entries(details as object);
  return (
    <>
      {entries.map(([name, value]) => (
        <span key={name} class="detail">
          <span class="muted">{name.replaceAll('_', ' ')}</span> <Value name={name} value={value as unknown} />
        </span>
      ))}
      {needsWhole(details) && (
        <details>
          <summary class="muted small">All of it</summary>
          <Json value={details} label="Details" />
        </details>
      )}
    </>
  );
};
