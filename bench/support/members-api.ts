// Starts the members API of the benchmarks.
import { forkServer, type Forked } from './forked.js';

export const startMembersApi = (size: number, latencyMs: number, perPage = 100): Promise<Forked> =>
  forkServer('support/members-program.ts', { size, perPage, latencyMs });
