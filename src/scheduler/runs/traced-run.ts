// A run of a process as a span: what it claims, settles and calls are its children.
import { inSpan, type Telemetry } from '../../base/telemetry/telemetry.js';
import type { ProcessContext } from '../contracts/define-process.js';

export function tracedRun<T>(
  telemetry: Telemetry,
  process: string,
  { runId, slot, trigger }: ProcessContext,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'punctual.process': process,
    'punctual.run.id': runId,
    'punctual.run.trigger': trigger,
    ...(slot === null ? {} : { 'punctual.run.slot': slot.toISOString() }),
  };
  // a run that is triggered by a request continues after it: a trace of its own
  return inSpan(telemetry, { name: `run ${process}`, kind: 'internal', parent: 'root', attributes }, work);
}
