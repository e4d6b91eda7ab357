// Names as the API and the audit log have them.

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of an object of ours by their names in snake_case; what is inside them may be the host’s and is left alone. */
export const snakeKeys = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[snakeCase(name), value as unknown]],
    ),
  );
