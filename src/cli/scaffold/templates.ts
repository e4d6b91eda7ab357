// The files of a new process, job or module. They do nothing yet, and their test says so. Pure.
import type { Kind, Names } from './names.js';

export interface NewFile {
  /** Path below the directory of the table. */
  readonly path: string;
  readonly text: string;
}

export interface Template {
  readonly files: readonly NewFile[];
  /** What the table imports. */
  readonly from: string;
  readonly test: string;
}

const test = ({ name, identifier, file }: Names, body: string, from = `./${file}.js`): string =>
  `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ${identifier} } from '${from}';

test('${name} does something', async () => {
${body}
});
`;

const process = ({ name, identifier }: Names): string => `// ${name}: say here what it does, and for whom.
import { defineProcess } from 'punctual';

export const ${identifier} = defineProcess({
  name: '${name}',
  schedule: { frequency: 'daily', time: '02:30', timezone: 'UTC' },
  run: async (ctx) => {
    ctx.signal.throwIfAborted(); // aborted when the run must end now
    return { processed_count: 0 };
  },
});
`;

const processTest = (names: Names, ext: string): string =>
  test(
    names,
    `  const context = { signal: AbortSignal.timeout(5_000), closing: AbortSignal.timeout(5_000), progress: () => {}, count: () => {} };
  const result = await ${names.identifier}.run(context${ext === 'ts' ? ' as never' : ''});
  assert.ok(result && Number(result.processed_count) > 0, '${names.name} has processed nothing: write what it does');`,
  );

const job = ({ name, identifier }: Names): string => `// ${name}: say here what it does, and for whom.
import { defineJob } from 'punctual';
import { z } from 'zod';

export const ${identifier} = defineJob({
  type: '${name}',
  schema: z.object({ id: z.string() }),
  run: async (ctx, { id }) => {
    ctx.log.info('started', { id });
    return { done: false };
  },
});
`;

const jobTest = (names: Names, ext: string): string =>
  test(
    names,
    `  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const context = { jobId: '1', attempt: 1, signal: AbortSignal.timeout(5_000), log };
  const result = await ${names.identifier}.run(context${ext === 'ts' ? ' as never' : ''}, { id: '7' });
  assert.notDeepEqual(result, { done: false }, '${names.name} does nothing yet: write what it does');`,
  );

const module = ({
  name,
  identifier,
  snake,
}: Names): string => `// ${name}: say here what it adds. docs/modules.md lists what a module may have.
import { defineModule } from 'punctual';

export const ${identifier} = defineModule({
  name: '${snake}',
  migrations: new URL('./migrations/', import.meta.url),
});
`;

const migration = ({
  snake,
}: Names): string => `-- {schema} is the scheduler's schema. Applied once, in a transaction of its own.
CREATE TABLE {schema}.${snake} (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at  timestamptz NOT NULL DEFAULT now()
);
`;

const moduleTest = (names: Names): string =>
  test(
    names,
    `  const parts = ['jobs', 'processes', 'adminRoutes', 'userRoutes', 'publicRoutes', 'rows', 'start'];
  assert.ok(parts.some((part) => part in ${names.identifier}), '${names.name} has a table and nothing else: give it ' + parts.join(', '));`,
    './index.js',
  );

export function templateOf(kind: Kind, names: Names, ext: 'ts' | 'js'): Template {
  const { file, snake } = names;
  if (kind === 'module') {
    const folder = `modules/${file}`;
    return {
      from: `./${folder}/index.js`,
      test: `${folder}/${file}.test.${ext}`,
      files: [
        { path: `${folder}/index.${ext}`, text: module(names) },
        { path: `${folder}/migrations/0001_${snake}.sql`, text: migration(names) },
        { path: `${folder}/${file}.test.${ext}`, text: moduleTest(names) },
      ],
    };
  }
  const folder = kind === 'process' ? 'processes' : 'jobs';
  const [text, tested] =
    kind === 'process' ? [process(names), processTest(names, ext)] : [job(names), jobTest(names, ext)];
  return {
    from: `./${folder}/${file}.js`,
    test: `${folder}/${file}.test.${ext}`,
    files: [
      { path: `${folder}/${file}.${ext}`, text },
      { path: `${folder}/${file}.test.${ext}`, text: tested },
    ],
  };
}
