// Notices members that come on two consecutive pages: the audience has moved while it was read. The database notices most of them, but not
// those that it has not stored, because their address belongs to another member.
import type { RawMember } from './normalise.js';

/** Takes the pages in order; returns how many members of this one were on the page before. */
export type PageWatch = (members: readonly RawMember[]) => number;

export function createPageWatch(): PageWatch {
  let before = new Set<string>();
  return (members) => {
    const seen = new Set<string>();
    let repeated = 0;
    for (const { id, email } of members) {
      if ((typeof id !== 'string' && typeof id !== 'number') || typeof email !== 'string') continue;
      const member = `${id}\x1F${email}`;
      if (before.has(member)) repeated += 1;
      seen.add(member);
    }
    before = seen;
    return repeated;
  };
}
