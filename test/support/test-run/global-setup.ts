// One PostgreSQL for the whole test run: the server that TEST_DATABASE_URL names, else an embedded one in a temporary folder.
// It is held by a child process, because jest loads this file as CommonJS while ours are ESM.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type TestServerHolder = ChildProcessByStdio<Writable, Readable, null>;

function firstLineOf(holder: TestServerHolder): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(holder.stdout).once('line', resolve);
    holder.once('error', reject);
    holder.once('exit', (code) => reject(new Error(`the test server ended before it was ready (exit code ${code})`)));
  });
}

export default async function globalSetup(): Promise<void> {
  const script = path.join(process.cwd(), 'test/support/test-run/test-server.ts');
  const holder = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  process.env['PUNCTUAL_TEST_SERVER'] = await firstLineOf(holder);
  (globalThis as { testServerHolder?: TestServerHolder }).testServerHolder = holder;
}
