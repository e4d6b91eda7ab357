// `npm run bench -- <name> [--json] [--quick]` runs one benchmark: a file in this folder that exports `run`.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from './support/bench.js';
import { buildAll } from './support/build.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -3))
  .sort();

const [name, ...flags] = process.argv.slice(2);
if (name === undefined || !existsSync(`${folder}${name}.ts`) || !names.includes(name)) {
  console.error(`usage: npm run bench -- <name> [--json] [--quick]\n\nnames: ${names.join(', ')}`);
  process.exit(2);
}
buildAll();
const bench = (await import(`./${name}.ts`)) as { run(options: BenchOptions): Promise<unknown> };
const result = await bench.run({ json: flags.includes('--json'), quick: flags.includes('--quick') });
if (flags.includes('--json')) console.log(JSON.stringify(result));
process.exit(0);
