// The cost of an instance with nothing to do.
import type { BenchOptions, BenchResult } from '../../support/bench.js';
import { atMost, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('idle', async (fresh) => {
    const seconds = quick ? 20 : 60;
    const input = { databaseUrl: await fresh(), seconds };
    const result = await runProgram<{ statements: number; cpuShare: number }>('contestants/idle.ts', input);
    const perMinute = (result.statements * 60) / seconds;
    const cpu = result.cpuShare * 100;
    return {
      settings: { seconds },
      figures: { statements_per_minute: perMinute, cpu_percent: cpu },
      targets: [atMost('statements a minute', perMinute, 60, { digits: 0 }), atMost('% of a core', cpu, 1)],
    };
  });
