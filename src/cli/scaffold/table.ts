// The table: one file that lists the processes, jobs and modules of an application for createScheduler. Pure.
import type { Kind } from './names.js';

export const LISTS: Readonly<Record<Kind, string>> = { process: 'processes', job: 'jobs', module: 'modules' };

const EMPTY = `// What this application gives its scheduler: createScheduler({ pool, ...table }).
export const processes = [];
export const jobs = [];
export const modules = [];
`;

/** Adds a line. Returns null if the list does not exist, so that a person has to add it. `text` null: a new table. */
export function withEntry(text: string | null, kind: Kind, identifier: string, from: string): string | null {
  const table = text ?? EMPTY;
  const list = new RegExp(`(export const ${LISTS[kind]}[^=\\n]*= \\[)([^\\]]*)(\\])`);
  const [, , entries] = list.exec(table) ?? [];
  if (entries === undefined) return null;
  const names = entries
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const listed = table.replace(list, (_all, open: string, _old, close: string) => {
    return `${open}${[...names, identifier].join(', ')}${close}`;
  });
  return withImport(listed, `import { ${identifier} } from '${from}';`);
}

/** After the last import, or below the opening comment. */
function withImport(text: string, line: string): string {
  const lines = text.split('\n');
  const last = lines.findLastIndex((one) => one.startsWith('import '));
  const comment = lines.findIndex((one) => !one.startsWith('//'));
  lines.splice(last >= 0 ? last + 1 : Math.max(0, comment), 0, line, ...(last >= 0 ? [] : ['']));
  return lines.join('\n');
}
