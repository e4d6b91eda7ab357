// Converts raw members to a batch for one statement: normalised, and with distinct addresses.
import type { Batch, Member, Reject } from '../db/store.js';
import type { KnownAddresses } from './known-addresses.js';
import { normaliseMember, type RawMember } from './normalise.js';

export interface MadeBatch extends Pick<
  Batch,
  'fresh' | 'doubtful' | 'rejects' | 'fetched' | 'duplicates' | 'invalid'
> {
  /** Members whose provider id occurred twice within the batch. */
  readonly repeated: number;
}

/** Takes members as they arrive, so that their raw data can be freed. */
export interface BatchMaker {
  add(raw: readonly RawMember[]): void;
  /** Number of members that were added, whatever their outcome. */
  readonly fetched: number;
  made(): MadeBatch;
}

/** Of several with one address, the first is kept. */
export function createBatchMaker(known: KnownAddresses): BatchMaker {
  const members = new Map<string, Member>();
  const [fresh, doubtful]: [Member[], Member[]] = [[], []];
  const rejects: Reject[] = [];
  let [fetched, repeated] = [0, 0];

  const addOne = (one: RawMember): void => {
    const normalised = normaliseMember(one);
    if (!normalised.ok) return void rejects.push(normalised.reject);
    const { member } = normalised;
    const first = members.get(member.emailKey);
    if (first === undefined) {
      members.set(member.emailKey, member);
      (known.mayHave(member.emailKey) ? doubtful : fresh).push(member);
    } else if (first.externalId !== null && first.externalId === member.externalId) repeated += 1;
  };

  return {
    add(raw) {
      fetched += raw.length;
      raw.forEach(addOne);
    },
    get fetched() {
      return fetched;
    },
    made: () => ({
      ...{ fresh, doubtful, rejects },
      fetched,
      duplicates: fetched - rejects.length - members.size,
      invalid: rejects.length,
      repeated,
    }),
  };
}
