// Compiles the package and the contestants, so that benchmarks run the same code as users, under plain Node and without a loader.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const out = fileURLToPath(new URL('../../results/', import.meta.url));

/** The compiled version of a file in this folder. */
export const compiled = (file: string): string => `${out}bench/${file.replace(/\.ts$/, '.js')}`;

/** Compiles src and this folder. Throws if there is no output; type errors are left to `npm run types`. */
export function buildAll(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  for (const folder of ['src', 'bench', 'examples']) rmSync(`${out}${folder}`, { recursive: true, force: true });
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', `${root}bench/tsconfig.json`], {
    cwd: root,
    encoding: 'utf8',
  });
  cpSync(`${root}package.json`, `${out}package.json`);
  cpSync(`${root}src`, `${out}src`, {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || !file.endsWith('.ts'),
  });
  if (!statSync(compiled('support/programs/program.ts'), { throwIfNoEntry: false }))
    throw new Error(`nothing was compiled: ${stdout}`);
}
