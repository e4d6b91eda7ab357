// The head of a page and its parts.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Copy } from '../copy.js';

interface PageProps {
  readonly title: string;
  /** Says what this page is for, or what the thing is. */
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** The list that this thing is part of. */
  readonly parent?: { readonly href: string; readonly title: string };
  readonly children: ComponentChildren;
}

export const Page = ({ title, lead, actions, parent, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Punctual`;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          {parent && (
            <a class="parent" href={parent.href}>
              {parent.title}
            </a>
          )}
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <div class="lead">{lead}</div>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
};

interface CardProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly flush?: boolean;
  readonly area?: string;
  /** The title is for screen readers alone: the page says it already. */
  readonly untitled?: boolean;
}

export const Card = ({ title, aside, children, flush = false, untitled = false, area }: CardProps) => (
  <section class={`card ${flush ? 'flush' : ''} ${area ? `area-${area}` : ''}`} aria-label={title}>
    {!untitled && (
      <header>
        <h2>{title}</h2>
        {aside && <div class="aside">{aside}</div>}
      </header>
    )}
    {children}
  </section>
);

/** Names and values, side by side. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren] | false)[] }) => (
  <dl class="facts">
    {facts.map(
      (fact) =>
        fact !== false && (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
    )}
  </dl>
);

/** A text as it is, with its lines. */
export const Plain = ({ text, label }: { readonly text: string; readonly label: string }) => (
  <div class="json-room">
    <pre class="json" tabIndex={0} aria-label={label}>
      {text}
    </pre>
    <Copy text={text} what={label.toLowerCase()} />
  </div>
);

/** JSON to be read. */
export const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <Plain text={JSON.stringify(value, null, 2)} label={label} />
);
