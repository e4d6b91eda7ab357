// Lists and numbers in English.

/** `a, b and c`. */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export const ordinal = (n: number): string => {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};

/** Merges consecutive numbers: [1, 2, 3, 5] is 1 to 3 and 5. Two consecutive numbers stay separate. */
export function ranges(
  numbers: readonly number[],
  one: (n: number) => string,
  span: (from: number, to: number) => string,
): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < numbers.length;) {
    let end = at;
    while (numbers[end + 1] === (numbers[end] as number) + 1) end += 1;
    const [from, to] = [numbers[at] as number, numbers[end] as number];
    if (end - at >= 2) words.push(span(from, to));
    else for (let n = from; n <= to; n += 1) words.push(one(n));
    at = end + 1;
  }
  return words;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `09:00`, or `09:00:30` where seconds count. */
export const clock = (hour: number, minute: number, second = 0): string =>
  `${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`;
