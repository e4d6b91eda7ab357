// The example subscription worker as a process of its own: `npx tsx examples/subscription-worker --latency-ms 50 --fail 0.02`.
import type { AddressInfo } from 'node:net';
import { createWorkerApp } from './app.js';
import { readSettings } from './settings.js';

function main(): void {
  const settings = readSettings(process.argv.slice(2), process.env);
  const server = createWorkerApp(settings).listen(settings.port, '127.0.0.1', (error) => {
    if (error) throw error;
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ message: 'subscription worker listening', ...settings, port }));
  });
  const stop = (): void => {
    server.close();
    server.closeIdleConnections();
    // The connections that remain hang on purpose.
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Started by another program with a channel to it: ends when that one is gone.
  process.once('disconnect', stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
