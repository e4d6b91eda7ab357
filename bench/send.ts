// Mails to a server that answers at once: the notifications against a bare loop over the same pool of connections.
import {
  interleave,
  median,
  printTargets,
  round,
  table,
  type BenchOptions,
  type BenchResult,
} from './support/bench.js';
import { startBenchServer } from './support/database.js';
import { runProgram } from './support/program.js';
import { startBenchMailServer } from './support/smtp.js';

const PARALLEL = 5;

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const size = quick ? 3_000 : 5_000;
  const rounds = quick ? 1 : 3;
  const server = await startBenchServer();
  const mail = await startBenchMailServer(0);
  const contestant = async (file: string): Promise<number> => {
    const databaseUrl = await server.createDatabase('bench_send');
    const input = { databaseUrl, smtpUrl: mail.url, size, parallel: PARALLEL };
    return size / (await runProgram<{ seconds: number }>(file, input)).seconds;
  };
  try {
    const results = await interleave(
      {
        notifications: () => contestant('contestants/send.ts'),
        'bare loop': () => contestant('contestants/bare-send.ts'),
      },
      rounds,
      (name, rate) => console.error(`${name}: ${round(rate)} mails/s`),
    );
    const rates = Object.fromEntries(Object.entries(results).map(([name, runs]) => [name, round(median(runs))]));
    console.log(table(['what', 'mails a second'], Object.entries(rates)));
    const share = (rates['notifications'] ?? NaN) / (rates['bare loop'] ?? NaN);
    const targets = [
      { what: 'notifications ÷ bare loop', target: '≥ 0.8', measured: `${round(share, 2)}`, reached: share >= 0.8 },
    ];
    printTargets(targets);
    return {
      ...{ bench: 'send', node: process.version, postgres: server.version },
      settings: { size, rounds, parallel: PARALLEL },
      ...{ figures: rates, targets },
    };
  } finally {
    mail.stop();
    await server.dropDatabase('bench_send');
    await server.stop();
  }
}
