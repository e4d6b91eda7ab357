// One pass of the batch, as an outside cron service asks for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.js';

/** Runs these processes; a pass that the clock has begun is waited for. */
export async function runBatch({ admin }: Stage, only: readonly string[], signal: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${admin.token}` };
  for (;;) {
    const url = `${admin.url}/api/worker/queue_worker?only=${only.join(',')}`;
    const reply = await fetch(url, { method: 'POST', headers, signal });
    if (reply.ok) return;
    if (reply.status !== 409) throw new Error(`POST /api/worker/queue_worker returned ${reply.status}`);
    await sleep(200, undefined, { signal });
  }
}
