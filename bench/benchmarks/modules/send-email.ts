// The route that stores a mail, 200 times a second, while the mail server takes three seconds for each; the same with 10,000 mails that
// are already waiting; and with a mail server that responds at once.
import { Agent, request } from 'undici';
import { interleave, quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { forkServer } from '../../support/programs/forked.js';
import { atMost, benchmark } from '../../support/frame.js';
import { startBenchMailServer } from '../../support/servers/smtp.js';
import { steadyLoad } from '../../support/steady-load.js';

const PER_SECOND = 200;
const SLOW_MS = 3_000;
const BACKLOG = 10_000;

const mail = JSON.stringify({
  to: 'ada@bench.example',
  type: 'immediate',
  templateData: { title: 'A benchmark', body: 'One line.', action: { label: 'Open', url: 'https://bench.example/1' } },
});

const bulk = JSON.stringify({
  type: 'immediate',
  recipients: Array.from({ length: BACKLOG }, (_, index) => ({ to: `b${index}@bench.example` })),
});

async function ask(dispatcher: Agent, url: string, route: 'send-email' | 'send-bulk', sent: string): Promise<void> {
  const { statusCode, body } = await request(`${url}/api/notifications/${route}`, {
    ...{ dispatcher, method: 'POST', headers: { 'content-type': 'application/json' }, body: sent },
  });
  const text = await body.text();
  if (statusCode !== 202) throw new Error(`${statusCode}: ${text}`);
}

interface World {
  readonly latencyMs: number;
  readonly seconds: number;
  /** Whether mails are already waiting before the first request. */
  readonly backlog: boolean;
}

async function latencies(databaseUrl: string, { latencyMs, seconds, backlog }: World): Promise<readonly number[]> {
  const smtp = await startBenchMailServer(latencyMs);
  const host = await forkServer('contestants/send-email.ts', { databaseUrl, smtpUrl: smtp.url });
  const dispatcher = new Agent({ connections: 50 });
  try {
    if (backlog) await ask(dispatcher, host.url, 'send-bulk', bulk);
    return await steadyLoad({ perSecond: PER_SECOND, seconds, warmUpSeconds: 5 }, () =>
      ask(dispatcher, host.url, 'send-email', mail),
    );
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
    const measure = async (latencyMs: number, backlog: boolean) =>
      latencies(await fresh(), { latencyMs, seconds, backlog });
    const results = await interleave(
      {
        'mail server takes 3 s': async () => measure(SLOW_MS, false),
        'the same, 10,000 mails wait': async () => measure(SLOW_MS, true),
        'instant mail server': async () => measure(0, false),
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
      settings: { per_second: PER_SECOND, seconds, rounds, mail_server_ms: SLOW_MS, backlog: BACKLOG },
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
        atMost('p99 while 10,000 mails wait for it as well, ms', p99('the same, 10,000 mails wait'), 25, { digits: 1 }),
        atMost('÷ p99 with an instant mail server', slow / p99('instant mail server'), 1.2),
      ],
    };
  });
