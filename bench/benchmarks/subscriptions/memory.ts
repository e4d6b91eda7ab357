// Memory during a drain of a million subscriptions: it must stay small and not grow.
import { median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { atMost, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { startBenchReceiver } from '../../support/servers/receiver.js';

interface Drained {
  /** Megabytes, at intervals. */
  readonly rss: readonly number[];
  readonly seconds: number;
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('memory', async (fresh) => {
    const settings = { count: quick ? 50_000 : 1_000_000, parallel: 50 };
    const { rss, seconds } = await drained({ ...settings, databaseUrl: await fresh() });
    const tenth = Math.max(1, Math.floor(rss.length / 10));
    const tenths = Array.from({ length: 10 }, (_, index) =>
      round(median(rss.slice(index * tenth, (index + 1) * tenth))),
    );
    const most = Math.max(...rss);
    return {
      settings,
      figures: { rss_mb_by_tenth: tenths, rss_mb_most: round(most), per_second: round(settings.count / seconds) },
      shown: [['tenth of the drain', 'RSS MB (median)'], tenths.map((mb, index) => [index + 1, mb])],
      targets: [
        atMost('RSS, MB', most, 250, { digits: 0 }),
        atMost('last tenth ÷ second tenth (flat)', tenths.at(-1)! / tenths[1]!, 1.2),
      ],
    };
  });

async function drained(input: { databaseUrl: string; count: number; parallel: number }): Promise<Drained> {
  const receiver = await startBenchReceiver();
  try {
    const all = { ...input, receiverUrl: receiver.url, warmUp: 0 };
    return await runProgram<Drained>('contestants/memory.ts', all, { timeoutMs: 1_800_000 });
  } finally {
    await receiver.close();
  }
}
