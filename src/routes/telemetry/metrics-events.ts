// Counters that follow the scheduler's events: runs, outcomes of items, rescues, lost instances.
import { Counter, type Registry } from 'prom-client';
import type { SchedulerEvents } from '../../scheduler/contracts/scheduler.js';
import type { AdminScheduler, Run } from '../scheduler-port.js';

const OUTCOMES = ['successful', 'failed', 'retried', 'dead', 'skipped', 'lost'] as const;

/** Registers the counters and returns a function that stops them. */
export function addEventCounters(registry: Registry, scheduler: Pick<AdminScheduler, 'on' | 'off'>): () => void {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name: `punctual_${name}`, help, labelNames, registers: [registry] });

  const runs = counter('runs_total', 'Runs that ended', ['process', 'trigger', 'status']);
  const early = counter('runs_stopped_early_total', 'Runs that used up their budget', ['process']);
  const slow = counter('runs_slow_total', 'Runs that exceeded their alert time', ['process']);
  const items = counter('items_total', 'Items by outcome; `dead` and `retried` are subsets of `failed`', [
    'process',
    'outcome',
  ]);
  const suspended = counter('subscriptions_suspended_total', 'Subscriptions suspended after dead occurrences in a row');
  const deadJobs = counter('jobs_dead_total', 'Jobs with no attempt left', ['type']);
  const deadInstances = counter('instances_dead_total', 'Instances that this one found dead');
  const rescued = counter('rescued_total', 'Claims taken back from dead instances', ['source']);
  const lost = counter('instance_lost_total', 'Times this instance lost its presence and rejoined under a new id');
  const breaker = counter('breaker_changes_total', 'State changes of circuit breakers, by new state', [
    'name',
    'state',
  ]);

  const seen = new Map<string, Run['counts']>();
  /** Counts during the run, because a drain may take minutes. */
  const countItems = (run: Run): void => {
    const before = seen.get(run.id);
    for (const outcome of OUTCOMES) {
      const more = run.counts[outcome] - (before?.[outcome] ?? 0);
      if (more > 0) items.inc({ process: run.process, outcome }, more);
    }
    seen.set(run.id, run.counts);
  };

  return listen(scheduler, {
    'run.progress': countItems,
    'run.slow': ({ process }) => slow.inc({ process }),
    'run.finished': (run) => {
      countItems(run);
      seen.delete(run.id);
      runs.inc({ process: run.process, trigger: run.trigger, status: run.status });
      if (run.stoppedEarly) early.inc({ process: run.process });
    },
    'subscription.suspended': () => suspended.inc(),
    'job.dead': ({ type }) => deadJobs.inc({ type }),
    'instance.dead': (event) => {
      deadInstances.inc();
      for (const [source, count] of Object.entries(event.rescued)) rescued.inc({ source }, count);
    },
    'instance.lost': () => lost.inc(),
    'breaker.changed': ({ name, state }) => breaker.inc({ name, state }),
  });
}

function listen(scheduler: Pick<AdminScheduler, 'on' | 'off'>, listeners: Partial<SchedulerEvents>): () => void {
  const entries = Object.entries(listeners) as [keyof SchedulerEvents, never][];
  for (const [event, listener] of entries) scheduler.on(event, listener);
  return () => {
    for (const [event, listener] of entries) scheduler.off(event, listener);
  };
}
