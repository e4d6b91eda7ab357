// `npm run bench -- <name> [--json] [--quick]` runs one benchmark: a file in `benchmarks` that exports `run`.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BenchOptions } from './support/bench.js';
import { buildAll } from './support/programs/build.js';

const folder = fileURLToPath(new URL('./benchmarks/', import.meta.url));
const files = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [path.basename(file, '.ts'), pathToFileURL(path.join(folder, file)).href]),
);

const [name, ...flags] = process.argv.slice(2);
const file = files.get(name ?? '');
if (file === undefined) {
  console.error(`usage: npm run bench -- <name> [--json] [--quick]\n\nnames: ${[...files.keys()].sort().join(', ')}`);
  process.exit(2);
}
buildAll();
const bench = (await import(file)) as { run(options: BenchOptions): Promise<unknown> };
const result = await bench.run({ json: flags.includes('--json'), quick: flags.includes('--quick') });
if (flags.includes('--json')) console.log(JSON.stringify(result));
process.exit(0);
