// Follows a run while it goes on, by its server-sent events.
import { useEffect, useState } from 'preact/hooks';
import { BASE } from '../../base.js';
import type { Run } from '../../state/live.js';

/** The newest state that came; undefined until one did. Stops by itself with the end of the run. */
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
