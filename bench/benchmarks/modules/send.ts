// Mails to a server that responds at once: the notifications module compared with a bare loop over the same pool of connections.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { startBenchMailServer } from '../../support/servers/smtp.js';

const PARALLEL = 5;

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('send', async (fresh) => {
    const size = quick ? 3_000 : 5_000;
    const rounds = quick ? 1 : 3;
    const mail = await startBenchMailServer(0);
    const contestant = async (file: string): Promise<ContestResult> => {
      const input = { databaseUrl: await fresh(), smtpUrl: mail.url, size, parallel: PARALLEL };
      return runProgram<ContestResult>(file, input);
    };
    try {
      const results = await interleave(
        {
          notifications: () => contestant('contestants/send.ts'),
          'bare loop': () => contestant('contestants/bare/send.ts'),
        },
        rounds,
        (name, { seconds, cpuSeconds }) =>
          console.error(
            `${name}: ${round(size / seconds)} mails/s, own CPU ${round((cpuSeconds / size) * 1e6)} µs a mail`,
          ),
      );
      const rateOf = (name: string): number => median((results[name] ?? []).map(({ seconds }) => size / seconds));
      const cpuOf = (name: string): number => median((results[name] ?? []).map((one) => (one.cpuSeconds / size) * 1e6));
      const rows = Object.keys(results).map((name) => [name, round(rateOf(name)), round(cpuOf(name))]);
      return {
        settings: { size, rounds, parallel: PARALLEL },
        figures: Object.fromEntries(rows.map(([name, rate, cpu]) => [name, { mails_per_s: rate, own_cpu_us: cpu }])),
        shown: [['what', 'mails a second', 'own CPU, µs a mail'], rows],
        targets: [atLeast('notifications ÷ bare loop', rateOf('notifications') / rateOf('bare loop'), 0.8)],
      };
    } finally {
      mail.stop();
    }
  });
