// The state and the runs as they change, as server-sent events, for open dashboards.
import { linkSignals } from '../../../base/timing/linked-signal.js';
import type { Logger } from '../../../base/logger.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { withHeartbeats } from '../runs/run-events.js';
import { createLiveFeed } from './live-feed.js';

/** After that the client reconnects, and its session is checked again. */
const LONGEST_MS = 900_000;

export function eventRoutes({ scheduler, logger }: { scheduler: AdminScheduler; logger: Logger }): Route[] {
  const feed = createLiveFeed({ scheduler, logger });
  return [
    route({
      method: 'get',
      path: '/events',
      id: 'watchAll',
      tag: 'Status',
      summary: 'The state and the runs of all instances as they change, as server-sent events',
      responses: {
        200: {
          description:
            '`status` at once and when it changes: `{subscriptions, queue, breakers}` as in `GET /status`; `run` with a run, when it starts, progresses or ends. `jobs` with how many attempts of each type ended since the previous one: `{types: [{type, completed, retried, dead, cancelled}]}`. `changed` with the modules whose jobs, processes or row schedules have done something since: `{modules: [name]}`. It ends after 15 minutes: reconnect',
          contentType: 'text/event-stream',
        },
      },
      handle: (_input, { signal }) => ({
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
        stream: withHeartbeats(limited(feed.subscribe.bind(feed), signal), undefined, 'ping'),
      }),
    }),
  ];
}

async function* limited(subscribe: (signal: AbortSignal) => AsyncGenerator<string>, signal: AbortSignal) {
  const over = linkSignals(signal);
  const timer = setTimeout(() => over.abort(new Error('long enough')), LONGEST_MS);
  timer.unref();
  try {
    yield* subscribe(over.signal);
  } finally {
    clearTimeout(timer);
    over.unlink();
  }
}
