// Starts the members API of the benchmarks.
import { forkServer, type Forked } from '../programs/forked.js';

export const startMembersApi = (size: number, latencyMs: number, perPage = 100): Promise<Forked> =>
  forkServer('support/servers/members-program.ts', { size, perPage, latencyMs });
