// Benchmarks run what users run: the compiled package, built once for each benchmark beside its results.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = fileURLToPath(new URL('../results/dist/', import.meta.url));
const BUILT = 'BENCH_DIST';

/** Compiles src, for this process's programs to load. */
export function buildPunctual(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  rmSync(dist, { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, '-p', `${root}tsconfig.json`, '--outDir', dist, '--declaration', 'false'], {
    cwd: root,
  });
  cpSync(`${root}src`, dist, {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || !file.endsWith('.ts'),
  });
  cpSync(`${root}package.json`, `${dist}../package.json`);
  process.env[BUILT] = dist;
}

/** A module of src, compiled if there is a build: `built<typeof import('../../src/index.js')>('index.js')`. */
export async function built<M>(file: string): Promise<M> {
  const folder = process.env[BUILT];
  const url = folder ? pathToFileURL(`${folder}${file}`) : new URL(`../../src/${file}`, import.meta.url);
  return (await import(url.href)) as M;
}
