// Starts the payment provider of the benchmarks in its own process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../programs/build.js';

export const PAYMENT_KEY = 'sk_test_bench';

/** The number of successful payments, the number of their pages, and their sum. */
export interface PaymentBook {
  readonly payments: number;
  readonly pages: number;
  readonly cents: number;
}

export interface BenchPayments {
  readonly url: string;
  total(): Promise<PaymentBook>;
  stop(): void;
}

export async function startBenchPayments(latencyMs: number): Promise<BenchPayments> {
  const input = JSON.stringify({ key: PAYMENT_KEY, latencyMs });
  const child = fork(compiled('support/servers/payments-program.ts'), [input]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    total: async () => (await (await fetch(`${url}/total`)).json()) as PaymentBook,
    stop: () => void child.disconnect(),
  };
}
