// Starts the worker processes, and kills some of them.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../../support/programs/build.js';
import type { ListsInput } from './settings.js';

export interface Workers {
  /** Kills one with SIGKILL. */
  killOne(): void;
  stop(): void;
}

export async function startWorkers(count: number, input: ListsInput): Promise<Workers> {
  const alive: ChildProcess[] = Array.from({ length: count }, () =>
    fork(compiled('contestants/lists/worker.ts'), [JSON.stringify(input)]),
  );
  await Promise.all(alive.map((child) => once(child, 'message')));
  return {
    killOne: () => void alive.pop()?.kill('SIGKILL'),
    stop: () => alive.splice(0).forEach((child) => void child.disconnect()),
  };
}
