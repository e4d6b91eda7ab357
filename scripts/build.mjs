// Makes dist from src: compiled by tsc, with the files beside the code that are not TypeScript (SQL, HTML, CSS).
import { execFileSync } from 'node:child_process';
import { cp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from '../packages/dashboard/build/build-dashboard.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const src = path.join(root, 'src');
const dist = path.join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const isAsset = async (file) => (await stat(file)).isDirectory() || !/\.tsx?$/.test(file);

await rm(dist, { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.json')], { cwd: root, stdio: 'inherit' });
} catch {
  process.exit(1);
}
await cp(src, dist, { recursive: true, filter: isAsset });
await buildDashboard(root);
