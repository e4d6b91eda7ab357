// Fetches one page: waits for rate limits, retries faults, and ends the import on refusals.
import type { MembersClient, MembersPage } from '../../../clients/members/members-client.js';
import { sleep } from '../../../base/timing/sleep.js';
import type { Random } from '../../../base/random.js';
import { PutOff, type KeyGates } from './key-gates.js';

/** The import cannot continue without intervention; the message is for the list's owner. */
export class ImportFailed extends Error {
  override readonly name = 'ImportFailed';
}

export interface FetchDeps {
  readonly client: MembersClient;
  readonly gates: KeyGates;
  readonly random: Random;
  /** The first pause after a fault; later ones double. */
  readonly backoffMs: number;
}

export interface Audience {
  readonly workspaceId: string;
  readonly apiKey: string;
  readonly audience: string;
}

const FAULTS_IN_A_ROW = 6;
const LIMITS_IN_A_ROW = 12;
const LONGEST_PAUSE_MS = 10_000;

/** Throws ImportFailed, PutOff, or the signal's reason. */
export async function fetchPage(
  { client, gates, random, backoffMs }: FetchDeps,
  { workspaceId, apiKey, audience }: Audience,
  at: string | null,
  signal: AbortSignal,
): Promise<MembersPage> {
  const pause = (times: number): number => Math.min(LONGEST_PAUSE_MS, backoffMs * 2 ** times) * (0.5 + random() / 2);
  for (let faults = 0, limits = 0; ;) {
    await gates.pass(workspaceId, signal);
    const answer = await client.page({ apiKey, audience, at, signal });
    switch (answer.kind) {
      case 'page':
        if (answer.waitMs > 0) await gates.block(workspaceId, answer.waitMs);
        return answer.page;
      case 'key_refused':
        throw new ImportFailed(`${answer.message}: the key of the workspace was refused`);
      case 'rejected':
        throw new ImportFailed(answer.message);
      case 'limited':
        limits += 1;
        await gates.block(workspaceId, answer.waitMs || pause(limits));
        if (limits >= LIMITS_IN_A_ROW) throw new PutOff(pause(limits));
        break;
      case 'failed':
        faults += 1;
        if (faults >= FAULTS_IN_A_ROW)
          throw new ImportFailed(`${where(client, at)} could not be fetched: ${answer.message}`);
        await sleep(Math.max(answer.waitMs, pause(faults)), signal);
        signal.throwIfAborted();
    }
  }
}

const where = ({ style }: MembersClient, at: string | null): string => {
  if (style === 'page') return `page ${at ?? '1'}`;
  return at === null ? 'the first page' : `the page after cursor ${at.slice(0, 100)}`;
};
