// The state of a process in one word.
import type { Schemas } from '../../api/client.js';
import { Status } from '../../components/icons/status.js';

export type Process = Schemas['Process'];

export const isPaused = ({ paused_until: until }: Process, present: number): boolean =>
  until !== null && (until.startsWith('+') || Date.parse(until) > present);

export const ProcessStatus = ({ process, present }: { readonly process: Process; readonly present: number }) => {
  if (process.missing.length > 0)
    return <Status status="declined" word="settings missing" title={process.missing.join(', ')} />;
  if (!process.enabled) return <Status status="disabled" />;
  if (process.running.length > 0) return <Status status="running" />;
  if (isPaused(process, present)) return <Status status="paused" />;
  return <Status status="enabled" word={process.next_run_at === null ? 'on demand' : 'waiting'} />;
};
