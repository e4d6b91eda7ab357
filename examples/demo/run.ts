// One run: triggered as an operator would, followed while it goes on, and checked against what the worker has seen.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stats } from '../subscription-worker/ledger.js';
import type { AdminApi, RunView } from './admin-api.js';
import { createBar, number } from './print.js';

const LOOK_MS = 200;

const isOver = ({ status }: RunView): boolean => status !== 'running';

/** Triggers a run of everything that is due, and shows its progress until it is over. */
export async function runAll(admin: AdminApi, due: number, signal: AbortSignal): Promise<RunView> {
  const accepted = await admin.send<{ run_id: string }>(
    'POST',
    '/process-subscriptions',
    {},
    { prefer: 'respond-async' },
  );
  const bar = createBar();
  try {
    for (;;) {
      const run = await admin.get<RunView>(`/runs/${accepted.run_id}`);
      const { processed = 0, failed = 0 } = run.counts;
      bar.show(processed, due, failed > 0 ? `${number(failed)} failed` : '');
      if (isOver(run)) return run;
      await sleep(LOOK_MS, undefined, { signal });
    }
  } finally {
    bar.end();
  }
}

export interface Evidence {
  readonly run: RunView;
  /** How many were due when the run was triggered, at least and at most. */
  readonly due: readonly [number, number];
  readonly worker: Stats;
}

/** What is wrong; empty if nothing is. A call that failed and will be retried counts as correct. */
export function problemsOf({ run, due: [least, most], worker }: Evidence): string[] {
  const { processed = 0, successful = 0, failed = 0, lost = 0 } = run.counts;
  const refused = Object.values(worker.refused).reduce((sum, count) => sum + count, 0);
  const expectations: [boolean, string][] = [
    [run.status === 'completed', `the run is ${run.status}${run.error ? `: ${run.error}` : ''}`],
    [!run.stopped_early, 'the run stopped early'],
    [
      processed >= least && processed <= most,
      `${processed} were processed, but ${least === most ? least : `${least} to ${most}`} were due`,
    ],
    [
      successful === worker.processed,
      `${successful} are recorded as successful, but the worker did ${worker.processed}`,
    ],
    [failed === refused, `${failed} are recorded as failed, but the worker refused ${refused}`],
    [lost === 0, `${lost} were settled too late`],
    [
      worker.repeated + worker.concurrent === 0,
      `the worker was asked ${worker.repeated + worker.concurrent} times for what it had done`,
    ],
  ];
  return expectations.filter(([holds]) => !holds).map(([, problem]) => problem);
}
