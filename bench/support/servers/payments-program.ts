// The example payment provider in its own process, which records all payments. It ends when its parent does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPaymentProvider } from '../../../examples/payment-provider/app.js';
import type { PaymentBook } from './payments.js';

const { key, latencyMs } = JSON.parse(process.argv[2] ?? '{}') as { key: string; latencyMs: number };
const { app, book } = createPaymentProvider({ key, latencyMs });

function total(): PaymentBook {
  const paid = book.succeeded();
  const pages = new Set(paid.map(({ metadata }) => metadata['page_id']));
  return { payments: paid.length, pages: pages.size, cents: paid.reduce((sum, { amount }) => sum + amount, 0) };
}

const server = createServer((request, response) => {
  if (request.url === '/total') response.end(JSON.stringify(total()));
  else app(request, response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on('disconnect', () => process.exit(0));
