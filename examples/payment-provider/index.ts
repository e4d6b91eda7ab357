// The example payment provider as a process of its own: `npx tsx examples/payment-provider --port 4200 --key sk_test_example`.
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createPaymentProvider } from './app.js';

const settings = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(4_200),
  key: z.string().min(1).default('sk_test_example'),
  'latency-ms': z.coerce.number().int().min(0).max(600_000).default(50),
});

function main(): void {
  const options = Object.fromEntries(Object.keys(settings.shape).map((name) => [name, { type: 'string' as const }]));
  const { port: wanted, key, 'latency-ms': latencyMs } = settings.parse(parseArgs({ options }).values);
  const server = createPaymentProvider({ key, latencyMs }).app.listen(wanted, '127.0.0.1', (error) => {
    if (error) throw error;
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ message: 'payment provider listening', latencyMs, port }));
  });
  const stop = (): void => {
    server.close();
    server.closeAllConnections(); // silent requests stay open otherwise
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  main();
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error);
  process.exitCode = 1;
}
