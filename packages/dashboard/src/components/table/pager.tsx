// From page to page by cursor. The cursor is in the address, so that the browser's way back leads to the page before.
import { query, setFilters } from '../../state/router.js';

export const Pager = ({ next, shown }: { readonly next: string | null | undefined; readonly shown: number }) => {
  const isFirst = query.value.cursor === undefined;
  if (isFirst && !next) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">{shown} on this page</span>
      {!isFirst && (
        <button type="button" class="quiet" onClick={() => setFilters({}, { push: true })}>
          First page
        </button>
      )}
      {!isFirst && (
        <button type="button" class="quiet" onClick={() => history.back()}>
          Previous
        </button>
      )}
      {next && (
        <button type="button" onClick={() => setFilters({ cursor: next }, { push: true })}>
          Next
        </button>
      )}
    </nav>
  );
};
