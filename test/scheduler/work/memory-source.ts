// A source in memory for tests of the drain loop: what it was asked is written down, what it answers can be held back or fail.
import type { Outcome } from '../../../src/scheduler/contracts/outcome.js';
import type {
  Claimed,
  ClaimResult,
  ExecuteContext,
  SettleReport,
  Settlement,
  Source,
} from '../../../src/scheduler/contracts/source.js';

export interface MemorySource extends Source {
  /** Ids that can still be claimed. */
  readonly waiting: Claimed[];
  /** Size of each claim answered. */
  readonly claims: number[];
  readonly started: string[];
  readonly settled: Map<string, Outcome>;
  readonly released: string[];
  readonly batches: number[];
  readonly running: number;
  readonly maxRunning: number;
}

export interface MemoryBehaviour {
  /** Items that need no slot. */
  isBeside?(item: Claimed): boolean;
  execute?(item: Claimed, context: ExecuteContext): Promise<Outcome> | Outcome;
  /** Called before each claim, settle or release takes effect; throw to make it fail. */
  beforeClaim?(limit: number): Promise<void> | void;
  beforeSettle?(batch: readonly Settlement<Claimed, Outcome>[]): Promise<void> | void;
  beforeRelease?(items: readonly Claimed[]): Promise<void> | void;
}

export const ok: Outcome = { kind: 'completed', receiver: 'healthy', durationMs: 1 };
export const overloaded: Outcome = {
  kind: 'failed',
  receiver: 'overloaded',
  durationMs: 1,
  error: { code: 'HTTP_503', message: 'busy' },
};
export const broken: Outcome = {
  kind: 'failed',
  receiver: 'broken',
  durationMs: 1,
  error: { code: 'ECONNREFUSED', message: 'refused' },
};

export const items = (count: number, tenantId: string | null = null, prefix = 'item'): Claimed[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}`, claimToken: `token-${index}`, tenantId }));

function reportOf(batch: readonly Settlement<Claimed, Outcome>[]): SettleReport {
  const failed = batch.filter(({ outcome }) => outcome.kind === 'failed').length;
  const samples = batch.flatMap(({ item, outcome: { error } }) =>
    error ? [{ id: item.id, code: error.code, message: error.message, at: '2026-01-01T00:00:00Z' }] : [],
  );
  return { successful: batch.length - failed, failed, skipped: 0, dead: 0, retried: failed, lost: 0, samples };
}

export function createMemorySource(waiting: Claimed[], behaviour: MemoryBehaviour = {}): MemorySource {
  const claims: number[] = [];
  const started: string[] = [];
  const released: string[] = [];
  const batches: number[] = [];
  const settled = new Map<string, Outcome>();
  let running = 0;
  let maxRunning = 0;

  const run = async (item: Claimed, context: ExecuteContext): Promise<Outcome> => {
    started.push(item.id);
    maxRunning = Math.max(maxRunning, (running += 1));
    try {
      return (await behaviour.execute?.(item, context)) ?? ok;
    } finally {
      running -= 1;
    }
  };

  return {
    name: 'memory',
    waiting,
    claims,
    started,
    settled,
    released,
    batches,
    get running() {
      return running;
    },
    get maxRunning() {
      return maxRunning;
    },
    async claim({ limit }): Promise<ClaimResult<Claimed>> {
      await behaviour.beforeClaim?.(limit);
      const taken = waiting.splice(0, limit);
      claims.push(taken.length);
      const isBeside = (item: Claimed): boolean => behaviour.isBeside?.(item) ?? false;
      return {
        items: taken.filter((item) => !isBeside(item)),
        beside: taken.filter(isBeside),
        exhausted: taken.length < limit,
      };
    },
    execute: run,
    async settle(batch) {
      await behaviour.beforeSettle?.(batch);
      batches.push(batch.length);
      for (const { item, outcome } of batch) settled.set(item.id, outcome);
      return reportOf(batch);
    },
    async release(given) {
      await behaviour.beforeRelease?.(given);
      released.push(...given.map(({ id }) => id));
    },
  };
}
