// Converts names and fields between camelCase (TypeScript) and snake_case (API, audit log, database).

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

type Fields<T> = { [K in keyof T & string as CamelCase<K>]: Exclude<T[K], undefined> };

const renamed = (fields: object, rename: (name: string) => string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[rename(name), value as unknown]])),
  );

/** The fields of one of our objects under snake_case names, without those that are undefined. Nested values are left alone. */
export const snakeKeys = (fields: object): Record<string, unknown> => renamed(fields, snakeCase);

/** The other direction: the fields of a request under camelCase names. */
export const camelKeys = <T extends object>(fields: T): Fields<T> => renamed(fields, camelCase) as Fields<T>;
