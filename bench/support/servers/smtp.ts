// Starts the mail server of the benchmarks.
import { forkServer, type Forked } from '../programs/forked.js';

export const startBenchMailServer = (latencyMs: number): Promise<Forked> =>
  forkServer('support/servers/smtp-program.ts', { latencyMs });
