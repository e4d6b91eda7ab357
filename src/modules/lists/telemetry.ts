// Metrics for Prometheus and the health of batch lists.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Db, HealthPart } from '../../scheduler/public.js';
import { countLists } from './db/counts.js';

export interface ListMeters {
  /** Members that this process has stored. */
  stored(members: number): void;
  register(registry: Registry, db: Db): void;
}

export function createListMeters(): ListMeters {
  let members = 0;
  return {
    stored: (more) => void (members += more),
    register(registry, db) {
      new Counter({
        name: 'punctual_lists_members_stored_total',
        help: 'Members of batch lists stored by this process',
        registers: [registry],
        collect() {
          this.reset();
          this.inc(members);
        },
      });
      new Gauge({
        name: 'punctual_lists_open',
        help: 'Batch lists that are waiting, running or being uploaded',
        labelNames: ['status'],
        registers: [registry],
        async collect() {
          const { queued, running, receiving } = await countLists(db);
          this.set({ status: 'queued' }, queued);
          this.set({ status: 'running' }, running);
          this.set({ status: 'receiving' }, receiving);
        },
      });
    },
  };
}

/** Degraded if most of the lists that ended in the last hour have failed. */
export async function listsHealth(db: Db): Promise<HealthPart> {
  const { failed, completed, ...details } = await countLists(db);
  const counts = { ...details, failed_last_hour: failed, completed_last_hour: completed };
  if (failed === 0 || failed < completed) return { status: 'ok', details: counts };
  return {
    status: 'degraded',
    message: `${failed} batch lists have failed in the last hour: look at their errors, then resume them`,
    details: counts,
  };
}
