// Converts raw members to a batch for one statement: normalised, and as columns.
import { createMemberWriter } from '../db/member-columns.js';
import type { Batch, Reject, Shadowed } from '../db/store.js';
import type { KnownAddresses } from './known-addresses.js';
import { normaliseMember, type RawMember } from './normalise.js';

export interface MadeBatch extends Pick<
  Batch,
  'fresh' | 'doubtful' | 'shadowed' | 'rejects' | 'fetched' | 'duplicates' | 'invalid'
> {
  /** Members that were delivered twice, as far as can be seen without the database. */
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
  const fresh = createMemberWriter();
  const doubtful = createMemberWriter();
  /** The keys of the doubtful members, and with the provider ids that came with them. */
  const [doubted, pairs] = [new Set<string>(), new Set<string>()];
  const shadowed: Shadowed[] = [];
  const rejects: Reject[] = [];
  let [fetched, repeated] = [0, 0];

  const addOne = (one: RawMember): void => {
    const normalised = normaliseMember(one);
    if (!normalised.ok) return void rejects.push(normalised.reject);
    const { member } = normalised;
    const { emailKey, externalId } = member;
    if (!known.mayHave(emailKey)) return fresh.add(member);
    const pair = externalId === null ? null : `${emailKey}\x1F${externalId}`;
    const isRepeated = pair !== null && pairs.has(pair);
    if (pair !== null) pairs.add(pair);
    if (isRepeated) repeated += 1;
    else if (doubted.has(emailKey)) shadowed.push({ emailKey, externalId });
    else {
      doubted.add(emailKey);
      doubtful.add(member);
    }
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
      ...{ fresh: fresh.written(), doubtful: doubtful.written(), shadowed, rejects },
      fetched,
      duplicates: fetched - rejects.length - fresh.count - doubtful.count,
      invalid: rejects.length,
      repeated,
    }),
  };
}
