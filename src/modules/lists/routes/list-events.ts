// The progress of a list as server-sent events, until the list ends.
import { sleep } from '../../../base/timing/sleep.js';
import type { Reply } from '../../../routes/index.js';
import type { BatchList } from '../db/lists.js';
import { listJson } from './list-json.js';

/** At most four events a second. */
const LOOK_MS = 250;
/** Interval of heartbeats, so that proxies do not close a silent connection. */
const HEARTBEAT_MS = 15_000;

const isOpen = ({ status }: BatchList): boolean => status === 'queued' || status === 'running';

/** `get` throws LIST_NOT_FOUND, which it does before the first event; a list that is deleted later ends the stream. */
export async function listEvents(get: () => Promise<BatchList>, signal: AbortSignal): Promise<Reply> {
  const first = await get();
  return {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    stream: events(first, () => get().catch(() => null), signal),
  };
}

async function* events(
  first: BatchList,
  look: () => Promise<BatchList | null>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let said = '';
  let silentMs = 0;
  for (let list: BatchList | null = first; list !== null && !signal.aborted; list = await look()) {
    const event = `event: ${isOpen(list) ? 'progress' : 'finished'}\ndata: ${JSON.stringify(listJson(list))}\n\n`;
    silentMs = event === said ? silentMs + LOOK_MS : 0;
    if (event !== said) yield event;
    else if (silentMs % HEARTBEAT_MS === 0) yield ': still importing\n\n';
    said = event;
    if (!isOpen(list)) return;
    await sleep(LOOK_MS, signal);
  }
}
