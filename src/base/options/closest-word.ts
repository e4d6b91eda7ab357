// Suggests a correction for a misspelled word: the closest of the known words.

/** The number of letters to add, drop or change to get from `a` to `b`; Infinity beyond `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + cost));
    }
    if (Math.min(...next) > limit) return Infinity;
    row = next;
  }
  return row[b.length] as number;
}

/** Longer words come from callers and are not compared. */
const LONGEST = 64;

/** The closest of `words` within three edits (at most half of its letters), ignoring case; null if none is close enough. */
export function closestWord(word: string, words: Iterable<string>): string | null {
  if (word.length > LONGEST) return null;
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, '');
  const wanted = plain(word);
  const limit = Math.min(3, Math.floor(wanted.length / 2));
  let best: { word: string; away: number } | null = null;
  for (const candidate of words) {
    const away = editDistance(wanted, plain(candidate), limit);
    if (away <= limit && (best === null || away < best.away)) best = { word: candidate, away };
  }
  return best?.word ?? null;
}
