// `npm run check:package`: packs the package and installs it into bare hosts, ESM and CommonJS, on Express 5 and 4, each with a
// module of its own that must be found everywhere. Needs a build and the npm registry.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { startEmbeddedPostgres } = await import(path.join(root, 'dist/db/embedded/index.js'));
const folder = mkdtempSync(path.join(tmpdir(), 'punctual-package-'));
const run = (command, args, options) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

const HOSTS = [
  { name: 'ESM on Express 5', script: 'host.mjs', express: '5' },
  { name: 'CommonJS on Express 4', script: 'host.cjs', express: '4' },
];

run('npm', ['pack', '--pack-destination', folder, '--ignore-scripts'], { cwd: root });
const tarball = path.join(
  folder,
  readdirSync(folder).find((name) => name.endsWith('.tgz')),
);
const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
try {
  for (const { name, script, express } of HOSTS) {
    const host = path.join(folder, script.replace('.', '-'));
    cpSync(path.join(root, 'test/package/bare-host'), host, { recursive: true });
    writeFileSync(path.join(host, 'package.json'), JSON.stringify({ name: 'bare-host', private: true }));
    run(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        tarball,
        `express@${express}`,
        'pg',
        'zod',
        'prom-client',
      ],
      { cwd: host },
    );
    const env = { ...process.env, DATABASE_URL: server.connectionString, PUNCTUAL_MODULES: './module.cjs' };
    run('node', [script], { cwd: host, env });
    const status = run('npx', ['punctual', 'migrate', 'status'], { cwd: host, env });
    if (!status.includes('applied  invoices/0001_invoices'))
      throw new Error(`the command line does not list the module:\n${status}`);
    console.log(`${name}: ok`);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
