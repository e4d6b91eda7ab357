// The state of a run so far: counts, progress, ten samples of errors and how often each kind occurred.
import type { RunNumbers } from '../../db/engine/queries/runs/runs.js';
import { storableText } from '../../base/to-json.js';
import type { ErrorSample } from '../contracts/source.js';
import { NO_COUNTS, type RunCounts, type RunProgress } from '../contracts/run.js';

export interface Tally {
  add(counts: Partial<RunCounts>): void;
  progress(progress: RunProgress): void;
  sample(samples: readonly ErrorSample[]): void;
  /** True until something was counted, done or sampled: such a run, if started by a tick, leaves no record. */
  empty(): boolean;
  numbers(): RunNumbers & { readonly counts: RunCounts };
}

const SAMPLES = 10;
const LONGEST = 2_000;
/** Maximum number of kinds of errors; further ones are counted as OTHER. */
const GROUPS = 50;

export function createTally(): Tally {
  const counts: Record<string, number> = { ...NO_COUNTS };
  const groups: Record<string, number> = {};
  const samples: ErrorSample[] = [];
  let progress: RunProgress | null = null;

  const group = ({ code }: ErrorSample): void => {
    const name = code in groups || Object.keys(groups).length < GROUPS ? code : 'OTHER';
    groups[name] = (groups[name] ?? 0) + 1;
  };

  return {
    add: (more) => {
      for (const [name, count] of Object.entries(more)) {
        if (Number.isFinite(count)) counts[name] = (counts[name] ?? 0) + (count as number);
      }
    },
    progress: (latest) => {
      const { done, total, note } = latest;
      progress = {
        done: amount(done) ?? 0,
        total: amount(total),
        note: isNothing(note) ? null : storableText(note, LONGEST),
      };
    },
    sample: (given) => {
      const more = given.map(stored);
      more.forEach(group);
      samples.push(...more.slice(0, SAMPLES - samples.length));
    },
    empty: () => !progress?.done && samples.length === 0 && Object.values(counts).every((count) => count === 0),
    numbers: () => ({
      counts: { ...counts } as unknown as RunCounts,
      progress,
      samples: [...samples],
      errorGroups: { ...groups },
    }),
  };
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;
/** A process may report anything as a number. */
const amount = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** Handlers may put anything into their errors, including characters that the database refuses. */
const stored = ({ id, code, message, at }: ErrorSample): ErrorSample => ({
  id: storableText(id, 200),
  code: storableText(code, 100),
  message: storableText(message, LONGEST),
  at,
});

const UNDERSTOOD: Readonly<Record<string, string>> = {
  processed_count: 'processed',
  successful_count: 'successful',
  failed_count: 'failed',
  skipped_count: 'skipped',
};

/**
 * The result of a process as counts: `processed_count` and the like are recognised, other numbers keep their names. `apart`: failed items
 * are not included in the processed ones.
 */
export function countsOf(result: Readonly<Record<string, unknown>>, apart = false): Partial<RunCounts> {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(result)) {
    if (typeof value === 'number' && name !== 'stopped_early') counts[UNDERSTOOD[name] ?? name] = value;
  }
  if (apart) {
    counts.successful = counts.processed ?? 0;
    counts.processed = counts.successful + (counts.failed ?? 0);
  } else if (counts.processed !== undefined && counts.successful === undefined) {
    counts.successful = Math.max(0, counts.processed - (counts.failed ?? 0));
  }
  return counts;
}
