// The mail server of benchmarks.
import { forkServer, type Forked } from './forked.js';

export const startBenchMailServer = (latencyMs: number): Promise<Forked> =>
  forkServer('support/smtp-program.ts', { latencyMs });
