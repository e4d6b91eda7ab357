// Cursor pagination. The cursor is part of the URL, so that the browser's Back button returns to the previous page.
import { query, setFilters } from '../../state/router.js';

interface PagerProps {
  readonly next: string | null | undefined;
  readonly shown: number;
  /** Name of the query parameter that holds the cursor; it begins with `cursor`. */
  readonly name?: string;
}

export const Pager = ({ next, shown, name = 'cursor' }: PagerProps) => {
  const isFirst = query.value[name] === undefined;
  if (isFirst && !next) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">{shown} on this page</span>
      {!isFirst && (
        <button type="button" class="quiet" onClick={() => setFilters({ [name]: undefined }, { push: true })}>
          First page
        </button>
      )}
      {!isFirst && (
        <button type="button" class="quiet" onClick={() => history.back()}>
          Previous
        </button>
      )}
      {next && (
        <button type="button" onClick={() => setFilters({ [name]: next }, { push: true })}>
          Next
        </button>
      )}
    </nav>
  );
};
