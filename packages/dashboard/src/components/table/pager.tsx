// From page to page by cursor. The cursor is in the address, so that the browser's way back leads to the page before.
import { query, setFilters } from '../../state/router.js';

interface PagerProps {
  readonly next: string | null | undefined;
  readonly shown: number;
  /** The part of the address that holds the cursor; it begins with `cursor`. */
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
