// The occurrences of a local day by the hour. Pure.

/** Of an occurrence. */
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

/** A row for each hour, with its minutes. An hour that exists twice has two rows. */
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
