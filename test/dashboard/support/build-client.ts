// The client as it is in `packages/dashboard`, bundled anew. Several test files may do so at once, beside servers that read it.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../../..');
const client = path.join(root, 'dist/dashboard/client');
const PAGE = 'index.html';

const bundleInto = (folder: string): Promise<unknown> =>
  promisify(execFile)(
    process.execPath,
    [
      ...['node_modules/vite/bin/vite.js', 'build', '--config', 'packages/dashboard/vite.config.ts'],
      ...['--logLevel', 'error', '--outDir', folder],
    ],
    { cwd: root },
  );

/** Each file takes its place whole, and the page last: it names only files that are there. */
export async function buildClient(): Promise<void> {
  const made = await mkdtemp(path.join(tmpdir(), 'punctual-client-'));
  try {
    await bundleInto(made);
    const entries = await readdir(made, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(made, path.join(entry.parentPath, entry.name)))
      .sort((one, other) => Number(one === PAGE) - Number(other === PAGE));
    for (const file of files) {
      const place = path.join(client, file);
      const beside = path.join(root, 'dist/dashboard', `${path.basename(made)}-part`);
      await mkdir(path.dirname(place), { recursive: true });
      await cp(path.join(made, file), beside);
      await rename(beside, place);
    }
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
