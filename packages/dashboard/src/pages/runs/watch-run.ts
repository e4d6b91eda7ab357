// Follows a run through its server-sent events.
import { useEffect, useState } from 'preact/hooks';
import { BASE } from '../../base.js';
import type { Run } from '../../state/live.js';

/** The latest state; undefined until the first event. Stops when the run ends. */
export function useRunEvents(id: string, isRunning: boolean, onEnd: () => void): Run | undefined {
  const [run, setRun] = useState<Run>();
  useEffect(() => {
    if (!isRunning) return;
    const source = new EventSource(`${BASE}/runs/${encodeURIComponent(id)}/events`);
    const hear = (event: MessageEvent<string>): void => setRun(JSON.parse(event.data) as Run);
    source.addEventListener('progress', hear);
    source.addEventListener('finished', (event: MessageEvent<string>) => {
      hear(event);
      source.close();
      onEnd();
    });
    return () => source.close();
  }, [id, isRunning]);
  return run;
}
