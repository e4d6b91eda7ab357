// Lists, reads, follows and cancels runs, from any instance.
import { SchedulerError } from '../../base/errors.js';
import { sleep } from '../../base/timing/sleep.js';
import type { Database } from '../../db/database.js';
import { findRun, listRuns, requestCancel } from '../../db/engine/queries/runs/run-history.js';
import { checkRunQuery } from '../contracts/call-options.js';
import type { Actor, Engine, RunEvent, RunQuery } from '../contracts/scheduler.js';
import { audit } from '../records/actor.js';
import type { Events } from '../contracts/events.js';
import { linkSignals } from '../../base/timing/linked-signal.js';
import { cursorOf, heldMoment, limitOf, pageOf } from '../contracts/page.js';
import type { Run } from '../contracts/run.js';
import { runOf } from '../records/run-view.js';
import type { Runner } from './runner.js';

export interface HistoryDeps {
  readonly database: Database;
  readonly events: Events;
  readonly runner: Runner;
  readonly watchEveryMs?: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const readCursor = (held: unknown): { at: Date; id: string } | null => {
  if (!Array.isArray(held)) return null;
  const [moment, id] = held as unknown[];
  const at = heldMoment(moment);
  return at !== null && typeof id === 'string' && UUID.test(id) ? { at, id } : null;
};

export function createHistory({ database, events, runner, watchEveryMs = 1_000 }: HistoryDeps): Engine['runs'] {
  async function get(id: string): Promise<Run> {
    const row = UUID.test(id) ? await findRun(database, id) : null;
    if (row) return runOf(row);
    throw new SchedulerError('RUN_NOT_FOUND', `there is no run ${id}`, { run_id: id });
  }

  async function list(query: RunQuery = {}) {
    checkRunQuery(query);
    const limit = limitOf(query);
    const { process = null, status = null, parent = null, since = null, until = null } = query;
    const after = cursorOf(query, readCursor);
    const rows = await listRuns(database, { process, status, parent, since, until, after, limit: limit + 1 });
    return pageOf(rows, limit, runOf, (row) => [row.started_at.toISOString(), row.id]);
  }

  async function cancel(id: string, by: Actor): Promise<Run> {
    const { status } = await get(id);
    const row = await database.transaction(async (tx) => {
      const asked = await requestCancel(tx, id, by.name);
      if (asked) await audit(tx, { by, action: 'run.cancel', target: id, details: { process: asked.process } });
      return asked;
    });
    if (!row) throw new SchedulerError('RUN_NOT_RUNNING', `run ${id} is not running`, { run_id: id, status });
    runner
      .active()
      .find((run) => run.id === id)
      ?.cancel(by.name);
    return runOf(row);
  }

  /** Polls once a second, and at once when this instance has news of the run. */
  async function* watch(id: string, signal: AbortSignal): AsyncIterable<RunEvent> {
    let shown = '';
    while (!signal.aborted) {
      const news = nextNews(id, signal);
      try {
        const run = await get(id);
        const state = JSON.stringify(run);
        if (run.status !== 'running') yield { type: 'finished', run };
        else if (state !== shown) yield { type: 'progress', run };
        if (run.status !== 'running') return;
        shown = state;
        await sleep(watchEveryMs, news.signal);
      } finally {
        news.drop();
      }
    }
  }

  function nextNews(id: string, signal: AbortSignal): { signal: AbortSignal; drop: () => void } {
    const link = linkSignals(signal);
    const listener = (run: Run): void => {
      if (run.id === id) link.abort(new Error('news'));
    };
    events.on('run.progress', listener);
    events.on('run.finished', listener);
    const drop = (): void => {
      link.unlink();
      events.off('run.progress', listener);
      events.off('run.finished', listener);
    };
    return { signal: link.signal, drop };
  }

  return { get, list, cancel, watch };
}
