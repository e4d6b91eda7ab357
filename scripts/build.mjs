// Makes dist from src: compiled by tsc, with the files beside the code that are not TypeScript (SQL, HTML, CSS), the OpenAPI document,
// and the dashboard's client, which is typed by that document.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const src = path.join(root, 'src');
const dist = path.join(root, 'dist');
const require = createRequire(import.meta.url);
const bin = (name, file) => path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
const tsc = bin('typescript', 'bin/tsc');

/** A tool of ours says itself what is wrong. */
function run(script, ...args) {
  try {
    execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  } catch {
    process.exit(1);
  }
}

const isAsset = async (file) => (await stat(file)).isDirectory() || !/\.tsx?$/.test(file);

await rm(dist, { recursive: true, force: true });
run(tsc, '-p', path.join(root, 'tsconfig.json'));
await cp(src, dist, { recursive: true, filter: isAsset });

const document = path.join(dist, 'openapi.json');
const { describeServer } = await import(pathToFileURL(path.join(dist, 'server/describe.js')).href);
await writeFile(document, JSON.stringify(describeServer(), null, 2));

const client = path.join(root, 'packages/dashboard');
if (existsSync(path.join(client, 'vite.config.ts'))) {
  run(bin('openapi-typescript', 'bin/cli.js'), document, '-o', path.join(client, 'src/api/schema.d.ts'));
  run(tsc, '--noEmit', '-p', path.join(client, 'tsconfig.json'));
  run(bin('vite', 'bin/vite.js'), 'build', client, '--config', path.join(client, 'vite.config.ts'));
}
