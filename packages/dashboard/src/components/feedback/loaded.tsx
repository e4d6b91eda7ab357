// Shows one of three states of loaded data: loading, failed or available.
import type { ComponentChildren } from 'preact';
import type { Query } from '../../api/use-query.js';
import { ProblemNote } from './problem.js';

interface LoadedProps<T> {
  readonly query: Query<T>;
  readonly children: (data: T) => ComponentChildren;
  /** Number of placeholder lines. */
  readonly lines?: number;
}

export const Skeleton = ({ lines = 6 }: { readonly lines?: number }) => (
  <div class="skeleton" aria-busy="true" aria-label="Loading">
    {Array.from({ length: lines }, (_, n) => (
      <span key={n} />
    ))}
  </div>
);

export const Loaded = <T,>({ query, children, lines = 6 }: LoadedProps<T>) => (
  <>
    {query.problem && <ProblemNote problem={query.problem} onRetry={query.reload} />}
    {query.data === undefined ? !query.problem && <Skeleton lines={lines} /> : children(query.data)}
  </>
);

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** An empty state: explains why there is nothing and what to do next. */
export const Empty = ({ title, children }: EmptyProps) => (
  <div class="empty">
    <strong>{title}</strong>
    {children && <div class="muted">{children}</div>}
  </div>
);
