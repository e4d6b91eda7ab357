// Starts the mail server of the benchmarks.
import { forkServer, type Forked } from './forked.js';

export const startBenchMailServer = (latencyMs: number): Promise<Forked> =>
  forkServer('support/smtp-program.ts', { latencyMs });
