// The preview of a schedule being edited: requested after a short delay, and kept while the schedule is invalid.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, isAbort, type ApiProblem } from '../../api/problem.js';
import { previewSchedule, type Preview } from './preview.js';
import type { Schedule } from './schedule.js';

const TYPING_MS = 250;

interface PreviewState {
  readonly preview: Preview | undefined;
  readonly problem: ApiProblem | undefined;
}

export function usePreview(schedule: Schedule, count: number): PreviewState {
  const [state, setState] = useState<PreviewState>({ preview: undefined, problem: undefined });
  const key = JSON.stringify(schedule);
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      previewSchedule({ schedule, count }, leaving.signal).then(
        (preview) => setState({ preview, problem: undefined }),
        (error: unknown) => !isAbort(error) && setState(({ preview }) => ({ preview, problem: asProblem(error) })),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [key, count]);
  return state;
}
