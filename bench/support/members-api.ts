// The members API of benchmarks, in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './build.js';

export interface MembersApi {
  readonly url: string;
  stop(): void;
}

export async function startMembersApi(size: number, latencyMs: number, perPage = 100): Promise<MembersApi> {
  const child = fork(compiled('support/members-program.ts'), [JSON.stringify({ size, perPage, latencyMs })]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, stop: () => void child.disconnect() };
}
