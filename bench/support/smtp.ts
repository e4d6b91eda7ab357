// The mail server of benchmarks, in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './build.js';

export interface BenchMailServer {
  readonly url: string;
  stop(): void;
}

export async function startBenchMailServer(latencyMs: number): Promise<BenchMailServer> {
  const child = fork(compiled('support/smtp-program.ts'), [JSON.stringify({ latencyMs })]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, stop: () => void child.disconnect() };
}
