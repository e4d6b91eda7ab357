// The cost of an instance with nothing to do.
import { printTargets, round, type BenchOptions, type BenchResult } from './support/bench.js';
import { startBenchServer } from './support/database.js';
import { runProgram } from './support/program.js';

export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const seconds = quick ? 20 : 60;
  const server = await startBenchServer();
  try {
    const databaseUrl = await server.createDatabase('bench_idle');
    const result = await runProgram<{ statements: number; cpuShare: number }>('contestants/idle.ts', {
      databaseUrl,
      seconds,
    });
    const perMinute = (result.statements * 60) / seconds;
    const cpu = result.cpuShare * 100;
    const targets = [
      { what: 'statements a minute', target: '≤ 60', measured: `${round(perMinute)}`, reached: perMinute <= 60 },
      { what: '% of a core', target: '≤ 1', measured: `${round(cpu, 2)}`, reached: cpu <= 1 },
    ];
    printTargets(targets);
    const figures = { statements_per_minute: perMinute, cpu_percent: cpu };
    return { bench: 'idle', node: process.version, postgres: server.version, settings: { seconds }, figures, targets };
  } finally {
    await server.dropDatabase('bench_idle');
    await server.stop();
  }
}
