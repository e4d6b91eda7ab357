// Groups the occurrences of a local day by hour. Pure.

/** The fields of an occurrence that are needed here. */
interface Moment {
  readonly at: string | null;
  readonly local: string;
  readonly utc_offset: string | null;
}

interface Hour {
  readonly hour: string;
  readonly offset: string;
  readonly minutes: readonly string[];
}

/** `05`, and `05:30` where there are seconds. */
const minuteOf = (local: string): string => local.slice(14).replace(/:00$/, '');

/** One row per hour, with its minutes. A repeated hour has two rows. */
export function hoursOf(occurrences: readonly Moment[]): readonly Hour[] {
  const hours = new Map<string, { hour: string; offset: string; minutes: string[] }>();
  for (const { at, local, utc_offset: offset } of occurrences) {
    if (at === null) continue;
    const hour = local.slice(11, 13);
    const key = `${hour} ${offset ?? ''}`;
    const found = hours.get(key) ?? { hour, offset: offset ?? '', minutes: [] };
    found.minutes.push(minuteOf(local));
    hours.set(key, found);
  }
  return [...hours.values()];
}
