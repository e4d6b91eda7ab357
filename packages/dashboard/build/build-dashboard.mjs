// Builds the dashboard: types of the API from our own OpenAPI document, type check, bundle, and the limit on its size.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'vite';
import { checkSizes } from './check-sizes.mjs';
import { writeApiTypes } from './write-api-types.mjs';

/** Writes `dist/dashboard/client`. Throws when the client does not fit the API, or the first page is larger than its limit. */
export async function buildDashboard(root) {
  const folder = path.join(root, 'packages/dashboard');
  await writeApiTypes(root);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', path.join(folder, 'tsconfig.json')], { cwd: root, stdio: 'inherit' });
  await build({ configFile: path.join(folder, 'vite.config.ts'), logLevel: 'warn' });
  await checkSizes(path.join(root, 'dist/dashboard/client'));
}
