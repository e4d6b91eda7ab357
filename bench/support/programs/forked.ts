// Starts a server in its own process, which reports its URL and ends when its parent does.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './build.js';

export interface Forked {
  readonly url: string;
  stop(): void;
}

export async function forkServer(file: string, input: unknown): Promise<Forked> {
  const child = fork(compiled(file), [JSON.stringify(input)]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, stop: () => void child.disconnect() };
}
