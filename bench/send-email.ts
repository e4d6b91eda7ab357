// The route that stores a mail, 200 times a second, while the mail server takes three seconds for each; beside an instant one.
import { Agent, request } from 'undici';
import { interleave, quantile, round, type BenchOptions, type BenchResult } from './support/bench.js';
import { forkServer } from './support/forked.js';
import { atMost, benchmark } from './support/frame.js';
import { startBenchMailServer } from './support/smtp.js';
import { steadyLoad } from './support/steady-load.js';

const PER_SECOND = 200;
const SLOW_MS = 3_000;

const mail = JSON.stringify({
  to: 'ada@bench.example',
  type: 'immediate',
  templateData: { title: 'A benchmark', body: 'One line.', action: { label: 'Open', url: 'https://bench.example/1' } },
});

async function ask(dispatcher: Agent, url: string): Promise<void> {
  const { statusCode, body } = await request(`${url}/api/notifications/send-email`, {
    ...{ dispatcher, method: 'POST', headers: { 'content-type': 'application/json' }, body: mail },
  });
  const text = await body.text();
  if (statusCode !== 202) throw new Error(`${statusCode}: ${text}`);
}

async function latencies(databaseUrl: string, latencyMs: number, seconds: number): Promise<readonly number[]> {
  const smtp = await startBenchMailServer(latencyMs);
  const host = await forkServer('contestants/send-email.ts', { databaseUrl, smtpUrl: smtp.url });
  const dispatcher = new Agent({ connections: 50 });
  try {
    return await steadyLoad({ perSecond: PER_SECOND, seconds, warmUpSeconds: 5 }, () => ask(dispatcher, host.url));
  } finally {
    await dispatcher.destroy();
    host.stop();
    smtp.stop();
  }
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('send-email', async (fresh) => {
    const seconds = quick ? 5 : 15;
    const rounds = quick ? 1 : 3;
    const results = await interleave(
      {
        'mail server takes 3 s': async () => latencies(await fresh(), SLOW_MS, seconds),
        'instant mail server': async () => latencies(await fresh(), 0, seconds),
      },
      rounds,
      (name, took) => console.error(`${name}: p99 ${round(quantile(took, 0.99), 1)} ms of ${took.length}`),
    );
    const figures = Object.fromEntries(
      Object.entries(results).map(([name, runs]) => {
        const took = runs.flat();
        return [name, { p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: Math.max(...took) }];
      }),
    );
    const p99 = (name: string): number => figures[name]?.p99 ?? NaN;
    const slow = p99('mail server takes 3 s');
    return {
      settings: { per_second: PER_SECOND, seconds, rounds, mail_server_ms: SLOW_MS },
      figures,
      shown: [
        ['POST /api/notifications/send-email', 'p50 ms', 'p99 ms', 'max ms'],
        Object.entries(figures).map(([name, { p50, p99: most, max }]) => [
          name,
          round(p50, 1),
          round(most, 1),
          round(max, 1),
        ]),
      ],
      targets: [
        atMost('p99 while the mail server takes 3 s a mail, ms', slow, 25, { digits: 1 }),
        atMost('÷ p99 with an instant mail server', slow / p99('instant mail server'), 1.2),
      ],
    };
  });
