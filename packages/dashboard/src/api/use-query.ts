// Data of a page: loaded, kept while it is loaded again, refreshed quietly, and quiet in a background tab.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, isAbort, type ApiProblem } from './problem.js';

export interface Query<T> {
  /** The newest that came; kept while more is loaded and when that fails. */
  readonly data: T | undefined;
  readonly problem: ApiProblem | undefined;
  readonly loading: boolean;
  reload(): void;
}

interface State<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly problem: ApiProblem | undefined;
  readonly loading: boolean;
}

export interface QueryOptions {
  /** Load it again this often while the page is visible. */
  readonly everyMs?: number | undefined;
}

/** What pages have loaded, so that a way back shows them at once. */
const seen = new Map<string, unknown>();
const MOST_SEEN = 60;

function keep(key: string, data: unknown): void {
  seen.delete(key);
  seen.set(key, data);
  const oldest = seen.keys().next().value;
  if (seen.size > MOST_SEEN && oldest !== undefined) seen.delete(oldest);
}

/** Forgets everything that was loaded: another person may look now. */
export const forgetQueries = (): void => seen.clear();

const initial = <T>(key: string): State<T> => ({
  key,
  data: seen.get(key) as T | undefined,
  problem: undefined,
  loading: true,
});

/** `key` names what is loaded, its parameters included: another key loads again. */
export function useQuery<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs }: QueryOptions = {},
): Query<T> {
  const [state, setState] = useState<State<T>>(() => initial(key));
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const reload = useCallback(() => setTurn((n) => n + 1), []);

  useEffect(() => {
    const leaving = new AbortController();
    setState((state) => (state.key === key ? { ...state, loading: true } : initial(key)));
    loader.current(leaving.signal).then(
      (data) => {
        if (leaving.signal.aborted) return;
        keep(key, data);
        setState({ key, data, problem: undefined, loading: false });
      },
      (error: unknown) => {
        if (leaving.signal.aborted || isAbort(error)) return;
        setState((state) => ({ ...state, problem: asProblem(error), loading: false }));
      },
    );
    return () => leaving.abort();
  }, [key, turn]);

  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => !document.hidden && reload(), everyMs);
    const onVisible = (): void => void (!document.hidden && reload());
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [everyMs, reload]);

  const shown = state.key === key ? state : initial<T>(key);
  return { data: shown.data, problem: shown.problem, loading: shown.loading, reload };
}
