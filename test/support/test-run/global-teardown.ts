// Ends the test server's holder, which drops what the run has left and stops the server.
import type { TestServerHolder } from './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  const holder = (globalThis as { testServerHolder?: TestServerHolder }).testServerHolder;
  if (!holder || holder.exitCode !== null) return;
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.stdin.end();
  await ended;
}
