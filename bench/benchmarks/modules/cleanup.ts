// Cleaning a million rows: the rate, and the effect on concurrent calls.
import { quantile, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import { migrated } from '../../support/database.js';
import { atLeast, atMost, benchmark } from '../../support/frame.js';
import { runProgram } from '../../support/programs/program.js';
import { seedSubscriptions } from '../../support/subscriptions.js';

interface Cleaned {
  readonly before: readonly number[];
  readonly beside: readonly number[];
  readonly after: readonly number[];
  readonly result: { readonly cleaned_count: number; readonly duration_ms: number; readonly error?: string };
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('cleanup', async (fresh) => {
    const rows = quick ? 100_000 : 1_000_000;
    const requests = quick ? 50 : 300;
    const databaseUrl = await fresh();
    await migrated(databaseUrl);
    await seedSubscriptions(databaseUrl, { due: 60_000 });
    const input = { databaseUrl, rows, requests };
    const { before, beside, after, result } = await runProgram<Cleaned>('contestants/cleanup.ts', input);
    if (result.cleaned_count !== rows) throw new Error(`not all rows were cleaned: ${JSON.stringify(result)}`);
    const rate = (rows / result.duration_ms) * 1_000;
    const row = (name: string, times: readonly number[]) => [
      ...[
        name,
        times.length,
        round(quantile(times, 0.5), 1),
        round(quantile(times, 0.99), 1),
        round(Math.max(...times), 1),
      ],
    ];
    const alone = quantile([...before, ...after], 0.99);
    const ratio = quantile(beside, 0.99) / alone;
    return {
      shown: [
        ['POST /admin/process-subscriptions', 'calls', 'p50, ms', 'p99, ms', 'max, ms'],
        [row('before', before), row('beside', beside), row('after', after)],
      ],
      settings: { rows, requests, subscriptions_a_call: 10 },
      figures: {
        rows_per_s: round(rate),
        p99_alone_ms: round(alone, 1),
        p99_beside_ms: round(quantile(beside, 0.99), 1),
      },
      targets: [
        atLeast('rows a second', rate, 20_000, { digits: 0 }),
        atMost('p99 of the calls beside it ÷ alone', ratio, 2),
      ],
    };
  });
