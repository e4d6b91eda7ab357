// What `punctual status` does: shows the state at a glance, once or repeatedly.
import { sleep } from '../../../base/timing/sleep.js';
import { isSchedulerError } from '../../../base/errors.js';
import type { StatusAnswer } from '../../api/answers.js';
import { EXIT } from '../../kit/failure.js';
import type { CommonOptions, Io } from '../../io.js';
import { statusLines } from './status-lines.js';

interface Options extends CommonOptions {
  readonly watch?: boolean;
  readonly interval: string;
}

/** Exits with 1 when the scheduler is stopped. */
export async function status(io: Io, { watch, interval }: Options): Promise<number> {
  const api = io.api();
  if (!watch) {
    const answer = await api.get<StatusAnswer>('/status');
    io.show(answer, () => statusLines(io, answer));
    return answer.status === 'stopped' ? EXIT.failed : EXIT.ok;
  }
  const stop = io.interrupted();
  while (!stop.aborted) {
    const lines = await look(io, () => api.get<StatusAnswer>('/status'));
    io.out.clear();
    lines.forEach(io.out.line);
    await sleep(Number(interval) * 1_000, stop);
  }
  return EXIT.ok;
}

/** A server that is being restarted will come back, so watching continues. */
async function look(io: Io, ask: () => Promise<StatusAnswer>): Promise<readonly string[]> {
  try {
    const answer = await ask();
    return io.json ? [JSON.stringify(answer)] : statusLines(io, answer);
  } catch (error) {
    if (!isSchedulerError(error) || error.kind !== 'unavailable') throw error;
    return io.json ? [JSON.stringify({ error: { code: error.code, message: error.message } })] : [error.message];
  }
}
