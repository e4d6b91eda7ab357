// The process started by receiver.ts: a plain Node.js HTTP server that ends when its parent does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReceiverOptions } from './receiver.js';

const { latency = null, keepArrivals = false } = JSON.parse(process.argv[2] ?? '{}') as ReceiverOptions;
const Z99 = 2.326_347_87;

/** A standard normal number (Box and Muller). */
const normal = (): number => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

function draw(): number {
  if (latency === null) return 0;
  const sigma = Math.log(latency.p99Ms / latency.medianMs) / Z99;
  return latency.medianMs * Math.exp(sigma * normal());
}

let calls = 0;
let latencySum = 0;
let seen = new Set<string>();
let repeats = 0;
let arrivals: [number, number, number][] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  const cameMs = keepArrivals ? performance.timeOrigin + performance.now() : 0;
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    calls += 1;
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string') {
      if (seen.has(key)) repeats += 1;
      seen.add(key);
    }
    const delay = draw();
    latencySum += delay;
    if (keepArrivals) {
      const { scheduledFor = null } = JSON.parse(Buffer.concat(chunks).toString()) as { scheduledFor?: string };
      arrivals.push([scheduledFor === null ? 0 : Date.parse(scheduledFor), cameMs, delay]);
    }
    const answer = (): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true}');
    if (delay === 0) answer();
    else setTimeout(answer, delay);
  });
});
server.keepAliveTimeout = 60_000;

const ANSWERS: Readonly<Record<string, () => unknown>> = {
  stats: () => ({ calls, repeats, meanLatencyMs: calls === 0 ? 0 : latencySum / calls }),
  arrivals: () => arrivals,
  reset: () => {
    calls = latencySum = repeats = 0;
    seen = new Set();
    arrivals = [];
    return {};
  },
};

process.on('message', (question) => process.send?.(ANSWERS[String(question)]?.() ?? {}));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
