// What `punctual runs` does: lists runs, shows one, or follows one.
import type { RunAnswer } from '../../api/answers.js';
import { failure } from '../../kit/failure.js';
import type { Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import type { Column } from '../../output/table.js';
import { duration, number, relative } from '../../output/words.js';
import { follow } from '../act/follow.js';
import { list, type ListOptions } from './listing.js';
import { runLines } from './run-lines.js';

interface Options {
  readonly follow?: boolean;
}

export async function runs(io: Io, id: string | undefined, { follow: live, ...options }: Options & ListOptions) {
  if (id === undefined) {
    if (live) throw failure('WRONG_USAGE', 'give the id of the run to follow');
    return list(io, '/runs', options, runColumns(io.clock.now()), 'no runs');
  }
  const path = `/runs/${encodeURIComponent(id)}`;
  if (live) return follow(io, id);
  const run = await io.api().get<RunAnswer>(path);
  io.show(run, () => runLines(io, run));
}

const runColumns = (now: Date): readonly Column<RunAnswer>[] => [
  { head: 'RUN', cell: ({ id }) => id },
  { head: 'PROCESS', cell: ({ process }) => process },
  { head: 'STATUS', cell: ({ status }) => status, tone: ({ status }) => toneOf(status) },
  { head: 'STARTED', cell: ({ started_at: at }) => relative(at, now) },
  { head: 'TOOK', cell: ({ duration_ms: ms }) => ms && duration(ms), align: 'right' },
  { head: 'PROCESSED', cell: ({ counts }) => number(counts['processed'] ?? 0), align: 'right' },
  {
    head: 'FAILED',
    cell: ({ counts }) => number(counts['failed'] ?? 0),
    align: 'right',
    tone: ({ counts }) => ((counts['failed'] ?? 0) > 0 ? 'warn' : null),
  },
  { head: 'TRIGGER', cell: ({ trigger, triggered_by: by }) => (by === null ? trigger : `${trigger} by ${by}`) },
];
