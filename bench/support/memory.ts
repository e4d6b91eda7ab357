// Memory of a process over time: whether it stays flat.
import { median, round } from './bench.js';

/** The median of each tenth of the samples. */
export function byTenth(samples: readonly number[]): readonly number[] {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  return Array.from({ length: 10 }, (_, index) => {
    const part = samples.slice(index * tenth, (index + 1) * tenth);
    return part.length === 0 ? Number.NaN : round(median(part));
  });
}
