// What `punctual processes` does.
import type { PageAnswer, ProcessAnswer } from '../../api/answers.js';
import type { CommonOptions, Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import type { Column } from '../../output/table.js';
import { relative } from '../../output/words.js';
import { pageLines } from './listing.js';
import { scheduleInWords } from './schedule-words.js';

export async function processes(io: Io, _options: CommonOptions): Promise<void> {
  const page = await io.api().get<PageAnswer<ProcessAnswer>>('/processes');
  io.show(page, () => pageLines(io, page, processColumns(io.clock.now()), 'no processes'));
}

export const processColumns = (now: Date): readonly Column<ProcessAnswer>[] => [
  { head: 'PROCESS', cell: ({ name }) => name },
  { head: 'STATE', cell: (process) => stateOf(process, now), tone: (process) => TONES[stateOf(process, now)] ?? null },
  { head: 'NEXT', cell: ({ next_run_at: at }) => relative(at, now) },
  {
    head: 'LAST RUN',
    cell: ({ last_run: run }) => (run === null ? null : `${run.status} ${relative(run.started_at, now)}`),
    tone: ({ last_run: run }) => toneOf(run?.status ?? ''),
  },
  { head: 'SCHEDULE', cell: ({ schedule, schedule_overridden: changed }) => words(schedule, changed, now) },
];

const TONES = { running: 'bold', paused: 'warn', disabled: 'warn' } as Readonly<Record<string, 'bold' | 'warn'>>;

function stateOf({ enabled, paused_until: until, running }: ProcessAnswer, now: Date): string {
  if (running.length > 0) return 'running';
  if (!enabled) return 'disabled';
  return until !== null && new Date(until) > now ? 'paused' : 'ready';
}

const words = (schedule: unknown, changed: boolean, now: Date): string =>
  schedule === null ? 'when triggered' : `${scheduleInWords(schedule, now)}${changed ? ' (changed by hand)' : ''}`;
