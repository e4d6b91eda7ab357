// Follows a run: shows its events from the server as one line on a terminal, and its result at the end.
import { sleep } from '../../../base/timing/sleep.js';
import type { RunAnswer } from '../../api/answers.js';
import type { Api } from '../../api/api.js';
import { EXIT } from '../../kit/failure.js';
import type { Io } from '../../io.js';
import { duration, number } from '../../output/words.js';
import { runLines } from '../look/run-lines.js';

const RECONNECT_MS = 1_000;
/** Time between two lines if there is no terminal. */
const LINE_EVERY_MS = 10_000;

/** Shows progress until the run has ended, then the run itself. Ctrl-C does not stop the run. Returns the exit code. */
export async function follow(io: Io, id: string): Promise<number> {
  const signal = io.interrupted();
  const show = progressOn(io);
  const run = await untilEnd(io.api(), id, signal, show);
  io.out.status('');
  if (run === null) {
    io.out.note(`the run continues; to see it: punctual runs ${id} --follow; to stop it: punctual cancel run ${id}`);
    return EXIT.interrupted;
  }
  io.show(run, () => runLines(io, run));
  return run.status === 'completed' ? EXIT.ok : EXIT.failed;
}

/** Reconnects when the stream is cut. Null when the signal aborted first. */
async function untilEnd(
  api: Api,
  id: string,
  signal: AbortSignal,
  show: (run: RunAnswer) => void,
): Promise<RunAnswer | null> {
  while (!signal.aborted) {
    for await (const { data } of api.events(`/runs/${encodeURIComponent(id)}/events`, signal)) {
      const run = JSON.parse(data) as RunAnswer;
      if (run.status !== 'running') return run;
      show(run);
    }
    await sleep(RECONNECT_MS, signal);
  }
  return null;
}

function progressOn({ clock, out }: Io): (run: RunAnswer) => void {
  let saidMs = -Infinity;
  return (run) => {
    const line = progressLine(run, clock.now());
    out.status(line);
    if (process.stderr.isTTY || clock.monotonicMs() - saidMs < LINE_EVERY_MS) return;
    saidMs = clock.monotonicMs();
    out.note(line);
  };
}

/** Pure. `subscriptions  1,200 processed, 3 failed, 480/s, 2.5 s` */
function progressLine({ process: name, counts, progress, started_at: since }: RunAnswer, now: Date): string {
  const ms = Math.max(1, now.getTime() - new Date(since).getTime());
  const done = progress?.done ?? counts['processed'] ?? 0;
  const total = progress?.total ? ` of ${number(progress.total)}` : '';
  const failed = counts['failed'] ? `, ${number(counts['failed'])} failed` : '';
  const rate = ms > 1_000 ? `, ${number(Math.round((done * 1_000) / ms))}/s` : '';
  const note = progress?.note ? `, ${progress.note}` : '';
  return `${name}  ${number(done)}${total} processed${failed}${rate}, ${duration(ms)}${note}`;
}
