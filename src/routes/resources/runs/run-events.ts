// The live progress of a run as server-sent events, with heartbeats so that proxies do not close a silent connection.
import { sleep } from '../../../base/timing/sleep.js';
import type { ShowPayload } from '../../access/payloads.js';
import type { Reply } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { runJson } from './run-json.js';

const HEARTBEAT_MS = 15_000;
/** The id of the last event: a browser that reconnects with it is told not to. */
const FINISHED = 'finished';

export interface RunEventsOptions {
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  readonly show: ShowPayload;
  readonly heartbeatMs?: number;
}

/** Returns a stream that ends with the run, or when `signal` aborts. Throws RUN_NOT_FOUND before its first chunk. */
export async function runEvents(
  scheduler: Pick<AdminScheduler, 'runs'>,
  id: string,
  { lastEventId, signal, show, heartbeatMs = HEARTBEAT_MS }: RunEventsOptions,
): Promise<Reply> {
  const run = await scheduler.runs.get(id);
  if (lastEventId === FINISHED && run.status !== 'running') return { status: 204 };
  return {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    stream: withHeartbeats(messages(scheduler, id, signal, show), heartbeatMs),
  };
}

async function* messages(
  scheduler: Pick<AdminScheduler, 'runs'>,
  id: string,
  signal: AbortSignal,
  show: ShowPayload,
): AsyncGenerator<string> {
  for await (const { type, run } of scheduler.runs.watch(id, signal)) {
    const last = type === FINISHED ? `id: ${FINISHED}\n` : '';
    yield `${last}event: ${type}\ndata: ${JSON.stringify(runJson(run, show))}\n\n`;
  }
}

/** Sends a comment after `silenceMs` without an event. */
export async function* withHeartbeats(
  source: AsyncGenerator<string>,
  silenceMs = HEARTBEAT_MS,
  comment = 'still running',
): AsyncGenerator<string> {
  try {
    let next = source.next();
    for (;;) {
      const heard = new AbortController();
      const silence = sleep(silenceMs, heard.signal).then(() => null);
      const piece = await Promise.race([next, silence]).finally(() => heard.abort());
      if (piece?.done) return;
      yield piece ? piece.value : `: ${comment}\n\n`;
      if (piece) next = source.next();
    }
  } finally {
    await source.return(undefined);
  }
}
