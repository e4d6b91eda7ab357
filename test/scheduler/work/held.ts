// Work that ends when the test says so.

export interface Held<T> {
  /** Keys of what waits, in order of arrival. */
  readonly waiting: readonly string[];
  hold(key: string): Promise<T>;
  finish(key: string, value: T): void;
  finishAll(value: T): void;
}

export function createHeld<T>(): Held<T> {
  const held = new Map<string, (value: T) => void>();
  const finish = (key: string, value: T): void => {
    const resolve = held.get(key);
    if (!resolve) throw new Error(`${key} is not held`);
    held.delete(key);
    resolve(value);
  };
  return {
    get waiting() {
      return [...held.keys()];
    },
    hold: (key) => new Promise((resolve) => held.set(key, resolve)),
    finish,
    finishAll: (value) => [...held.keys()].forEach((key) => finish(key, value)),
  };
}
