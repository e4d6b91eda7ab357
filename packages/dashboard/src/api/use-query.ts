// Loads the data of a page, keeps it during a reload, refreshes it in the background, and pauses in a hidden tab.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, isAbort, type ApiProblem } from './problem.js';

export interface Query<T> {
  /** The latest data; kept during a reload and when a reload fails. */
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
  /** Interval between reloads while the page is visible. */
  readonly everyMs?: number | undefined;
}

/** Data that pages have loaded, so that going back shows it immediately. */
const seen = new Map<string, unknown>();
const MOST_SEEN = 60;

function keep(key: string, data: unknown): void {
  seen.delete(key);
  seen.set(key, data);
  const oldest = seen.keys().next().value;
  if (seen.size > MOST_SEEN && oldest !== undefined) seen.delete(oldest);
}

/** Clears all loaded data, because another user may log in. */
export const forgetQueries = (): void => seen.clear();

const initial = <T>(key: string): State<T> => ({
  key,
  data: seen.get(key) as T | undefined,
  problem: undefined,
  loading: true,
});

/** `key` identifies the data and its parameters; a different key triggers a new load. */
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
