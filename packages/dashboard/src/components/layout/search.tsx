// One field for everything: pages by name, and all that the API finds by how its id or name begins.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { asProblem, isAbort, type ApiProblem } from '../../api/problem.js';
import { find, type Hit } from '../../api/find.js';
import { navigate } from '../../state/router.js';
import { Dialog } from '../feedback/dialog.js';
import { Icon } from '../icons/icon.js';

export const searching = signal(false);

const TYPING_MS = 200;

interface Found {
  readonly text: string;
  readonly hits: readonly Hit[];
  readonly problem?: ApiProblem;
}

/** What was found last, which may be for an earlier text. */
function useFound(text: string): Found {
  const [found, setFound] = useState<Found>({ text: '', hits: [] });
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      find(text, leaving.signal).then(
        (hits) => setFound({ text, hits }),
        (error: unknown) => !isAbort(error) && setFound({ text, hits: [], problem: asProblem(error) }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text]);
  return found;
}

const close = (): void => void (searching.value = false);

export const SearchDialog = () => {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [entered, setEntered] = useState(false);
  const wanted = text.trim();
  const found = useFound(wanted);
  const { hits } = found;
  const isCurrent = found.text === wanted;
  const current = Math.min(at, Math.max(0, hits.length - 1));
  const open = (hit: Hit | undefined): void => {
    if (!hit) return;
    close();
    navigate(hit.href);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((current + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isCurrent) open(hits[current]);
      else setEntered(true);
    }
  };
  // Enter came before what it asks for was found
  useEffect(() => {
    if (!entered || !isCurrent) return;
    setEntered(false);
    open(hits[0]);
  }, [entered, isCurrent]);
  return (
    <Dialog title="Search" kind="top" plain onClose={close}>
      <div class="search">
        <label class="search-field">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            aria-label="Search subscriptions, users, jobs, runs and pages"
            aria-expanded={hits.length > 0}
            aria-controls="hits"
            aria-activedescendant={hits.length > 0 ? `hit-${current}` : undefined}
            placeholder="User, tenant, subscription, job, run, process or page"
            autoComplete="off"
            spellcheck={false}
            autofocus
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
              setEntered(false);
            }}
            onKeyDown={onKey}
          />
        </label>
        <ul id="hits" role="listbox" aria-label="Found">
          {hits.map((hit, n) => (
            <li
              key={hit.href}
              id={`hit-${n}`}
              role="option"
              aria-selected={n === current}
              onMouseEnter={() => setAt(n)}
              onClick={() => open(hit)}
            >
              <Icon name={hit.icon} />
              <span class="hit-title">{hit.title}</span>
              <span class="muted">{hit.note}</span>
            </li>
          ))}
        </ul>
        {isCurrent && found.problem && (
          <p class="search-none" role="alert">
            The search failed: {found.problem.message}.
          </p>
        )}
        {isCurrent && wanted !== '' && hits.length === 0 && !found.problem && (
          <p class="muted search-none">
            Nothing begins like this. Ids and users are found by their beginning; errors of jobs on the page Jobs.
          </p>
        )}
      </div>
    </Dialog>
  );
};
