// The example chat as a process of its own: `npx tsx examples/chat-provider --port 4400 --token xoxb-example`.
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createChatProvider } from './app.js';

const settings = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(4_400),
  token: z.string().min(1).default('xoxb-example'),
});

function main(): void {
  const options = Object.fromEntries(Object.keys(settings.shape).map((name) => [name, { type: 'string' as const }]));
  const { port: wanted, token } = settings.parse(parseArgs({ options }).values);
  const server = createChatProvider({ token }).app.listen(wanted, '127.0.0.1', (error) => {
    if (error) throw error;
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ message: 'chat listening', port }));
  });
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error);
  process.exitCode = 1;
}
