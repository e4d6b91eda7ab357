// What `punctual new` does: writes the files, then the line in the table. Existing files are never overwritten.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failure } from '../../kit/failure.js';
import type { Action } from '../../kit/define.js';
import type { CommonOptions, Io } from '../../io.js';
import { namesOf, type Kind } from '../../scaffold/names.js';
import { LISTS, withEntry } from '../../scaffold/table.js';
import { templateOf } from '../../scaffold/templates.js';

interface Options extends CommonOptions {
  readonly dir: string;
  readonly js?: boolean;
}

export const generate =
  (kind: Kind): Action<[name: string, options: Options]> =>
  async (io: Io, name, { dir, js }) => {
    const ext = js || !existsSync('tsconfig.json') ? 'js' : 'ts';
    const names = namesOf(kind, name);
    const template = templateOf(kind, names, ext);
    const files = template.files.map(({ path: file, text }) => ({ file: path.join(dir, file), text }));
    const taken = files.find(({ file }) => existsSync(file));
    if (taken !== undefined) throw failure('WRONG_USAGE', `${taken.file} already exists and is left unchanged`);
    const table = path.join(dir, `index.${ext}`);
    const former = existsSync(table) ? await readFile(table, 'utf8') : null;
    const entry = withEntry(former, kind, names.identifier, template.from);
    for (const { file, text } of files) await writeNew(file, text);
    if (entry !== null) await writeFile(table, entry);
    const testFile = path.join(dir, template.test);
    const value = { files: files.map(({ file }) => file), table, listed: entry !== null, test: testFile };
    io.show(value, () => [
      ...files.map(({ file }) => `wrote ${file}`),
      entry !== null
        ? `listed in ${table}: createScheduler({ …, ${LISTS[kind]} })`
        : `${table} has no list "export const ${LISTS[kind]} = […]": add ${names.identifier} from '${template.from}' by hand`,
      `next: ${ext === 'ts' ? 'npx tsx' : 'node'} --test ${testFile}`,
    ]);
  };

async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, { flag: 'wx' });
}
