// The example members API as a process of its own: `npx tsx examples/members-provider --size 500000 --per-second 50`.
import type { AddressInfo } from 'node:net';
import { createMembersApp } from './app.js';
import { readSettings } from './settings.js';

function main(): void {
  const { port: wanted, ...settings } = readSettings(process.argv.slice(2), process.env);
  const server = createMembersApp(settings).listen(wanted, '127.0.0.1', (error) => {
    if (error) throw error;
    const { port } = server.address() as AddressInfo;
    const { key: _, ...shown } = settings;
    console.log(JSON.stringify({ message: 'members provider listening', ...shown, port }));
  });
  const stop = (): void => {
    server.close();
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
