// The days of a sequence of mails, as given by options and the environment.

const MOST = 20;
const SHORTEST_GAP = 3;
const LAST_DAY = 365;

/** What it may be, in words. */
export const LADDER_MAY_BE = `1 to ${MOST} days from 0 to ${LAST_DAY}, each at least ${SHORTEST_GAP} after the previous one`;

/** Pure. True for ascending whole days that are far enough apart. */
export function isDaysLadder(days: unknown): days is readonly number[] {
  if (!Array.isArray(days) || days.length < 1 || days.length > MOST) return false;
  return days.every((day: unknown, index) => {
    const least = index === 0 ? 0 : (days[index - 1] as number) + SHORTEST_GAP;
    return Number.isInteger(day) && (day as number) >= least && (day as number) <= LAST_DAY;
  });
}
