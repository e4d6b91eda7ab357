// From raw members to what one statement stores: normalised, and each address once.
import type { Batch, Member, Reject } from '../db/store.js';
import { normaliseMember, type RawMember } from './normalise.js';

export interface MadeBatch extends Pick<Batch, 'members' | 'rejects' | 'fetched' | 'duplicates' | 'invalid'> {
  /** Members whose id of the provider came twice within the batch. */
  readonly repeated: number;
}

/** Pure. Of several with one address, the first is kept. */
export function makeBatch(raw: readonly RawMember[]): MadeBatch {
  const members = new Map<string, Member>();
  const rejects: Reject[] = [];
  let repeated = 0;
  for (const one of raw) {
    const normalised = normaliseMember(one);
    if (!normalised.ok) {
      rejects.push(normalised.reject);
      continue;
    }
    const { member } = normalised;
    const first = members.get(member.emailKey);
    if (first === undefined) members.set(member.emailKey, member);
    else if (first.externalId !== null && first.externalId === member.externalId) repeated += 1;
  }
  const duplicates = raw.length - rejects.length - members.size;
  return {
    members: [...members.values()],
    rejects,
    fetched: raw.length,
    duplicates,
    invalid: rejects.length,
    repeated,
  };
}
