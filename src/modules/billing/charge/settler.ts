// Writes the outcomes of charges in groups, one transaction each: the ledger, the page, and the resulting jobs. While one group is being
// written, the next one accumulates.
import type { AnyJob, Database, Db, ModuleHost } from '../../../scheduler/public.js';
import { toError } from '../../../base/errors.js';
import { settleCharges, type ChargeOutcome } from '../db/charges.js';
import { publishPages, type QueuedPage } from '../db/pages.js';

export interface Settlement {
  readonly page: QueuedPage;
  /** null: it has already been paid for, and is only published. */
  readonly outcome: ChargeOutcome | null;
}

/** The jobs that follow from a settled charge. */
export type Follow = (settlement: Settlement) => readonly { readonly job: AnyJob; readonly payload: object }[];

export interface Settler {
  /** Resolves when it is committed. Rejects when it cannot be written. */
  settle(settlement: Settlement): Promise<void>;
}

export interface SettlerDeps {
  readonly db: Database;
  readonly enqueueMany: ModuleHost['enqueueMany'];
  readonly follow: Follow;
}

interface Waiting {
  readonly settlement: Settlement;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const MOST = 100;

export function createSettler({ db, enqueueMany, follow }: SettlerDeps): Settler {
  const waiting: Waiting[] = [];
  let writing = false;

  async function write(tx: Db, group: readonly Settlement[]): Promise<void> {
    const outcomes = group.flatMap(({ outcome }) => outcome ?? []);
    const changed = await settleCharges(tx, outcomes);
    const settled = group.filter(({ outcome }) => outcome === null || changed.has(outcome.id));
    const paid = settled.filter(({ outcome }) => outcome === null || outcome.status === 'paid');
    await publishPages(
      tx,
      paid.map(({ page }) => page.id),
    );
    const jobs = settled.flatMap(follow);
    if (jobs.length > 0) await enqueueMany(jobs, { db: tx });
  }

  const commit = (group: readonly Waiting[]): Promise<void> =>
    db.transaction((tx) =>
      write(
        tx,
        group.map(({ settlement }) => settlement),
      ),
    );

  /** One that cannot be written must not affect the others. */
  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await commit(group);
      group.forEach(({ done }) => done());
    } catch (error) {
      if (group.length === 1) return group[0]?.failed(toError(error));
      for (const one of group) await writeGroup([one]);
    }
  }

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) await writeGroup(waiting.splice(0, MOST));
    writing = false;
  }

  return {
    settle: (settlement) =>
      new Promise((done, failed) => {
        waiting.push({ settlement, done, failed });
        if (!writing) void writeAll();
      }),
  };
}
