// The example enrichment provider as a process of its own: `npx tsx examples/enrichment-provider --key sk-mine --per-minute 10`.
import type { AddressInfo } from 'node:net';
import { createProviderApp } from './app.js';
import { readSettings } from './settings.js';

function main(): void {
  const { port: wanted, key, ...settings } = readSettings(process.argv.slice(2), process.env);
  const server = createProviderApp({ key, ...settings }).listen(wanted, '127.0.0.1', (error) => {
    if (error) throw error;
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ message: 'enrichment provider listening', ...settings, port }));
  });
  const stop = (): void => {
    server.close();
    server.closeIdleConnections();
    // The connections that remain belong to calls that were told to hang.
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
