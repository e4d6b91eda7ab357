// A bounded cache for values that can be recomputed.

export interface BoundedCache<V> {
  get(key: string, make: () => V): V;
}

/**
 * Keeps up to `max` values in two generations: when the younger is full, the older is dropped as a whole. Deleting the oldest entries of a
 * large Map one by one costs far more than recomputing what is missing.
 */
export function createBoundedCache<V>(max: number): BoundedCache<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const add = (key: string, value: V): V => {
    if (young.size >= max / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    return value;
  };
  return {
    get(key, make) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const older = old.get(key);
      return add(key, older ?? make());
    },
  };
}
