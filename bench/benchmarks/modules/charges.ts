// Queued pages, charged by a provider that takes 50 ms for each charge: the share of the possible rate that is reached with a ledger row
// committed before each call, and the page, its charge and its message committed together after it.
import { interleave, median, round, type BenchOptions, type BenchResult } from '../../support/bench.js';
import type { ContestResult } from '../../support/programs/contest.js';
import { atLeast, atMost, benchmark } from '../../support/frame.js';
import { PAYMENT_KEY, startBenchPayments } from '../../support/servers/payments.js';
import { runProgram } from '../../support/programs/program.js';

const LATENCY_MS = 50;
const PARALLEL = 20;
const PRICE_CENTS = 799;
const BUDGET_S = 300;

interface Charged extends ContestResult {
  readonly passes: readonly unknown[];
  readonly paid: number;
  readonly cents: number;
  readonly jobs: number;
  readonly published: number;
}

interface Size {
  readonly teams: number;
  readonly pages: number;
}

/** One run on a new database and a new book of the provider. Throws unless the two agree to the cent. */
async function charged(databaseUrl: string, { teams, pages }: Size): Promise<Charged> {
  const payments = await startBenchPayments(LATENCY_MS);
  try {
    const input = { databaseUrl, apiUrl: payments.url, key: PAYMENT_KEY, teams, pages, parallel: PARALLEL };
    const result = await runProgram<Charged>('contestants/charges.ts', input);
    const { payments: made, pages: different, cents } = await payments.total();
    const exact = [made, different, result.paid, result.published, result.jobs].every((count) => count === pages);
    if (!exact || cents !== pages * PRICE_CENTS || cents !== result.cents)
      throw new Error(
        `the books do not agree: ${JSON.stringify({ provider: { made, different, cents }, ledger: result })}`,
      );
    return result;
  } finally {
    payments.stop();
  }
}

async function bare({ pages }: Size): Promise<ContestResult> {
  const payments = await startBenchPayments(LATENCY_MS);
  const input = { apiUrl: payments.url, key: PAYMENT_KEY, pages, parallel: PARALLEL };
  return runProgram<ContestResult>('contestants/bare/charges.ts', input).finally(payments.stop);
}

export const run = ({ quick }: BenchOptions): Promise<BenchResult> =>
  benchmark('charges', async (fresh) => {
    const size = quick ? { teams: 100, pages: 2_000 } : { teams: 1_000, pages: 10_000 };
    const results = await interleave<ContestResult>(
      { 'queued pages': async () => charged(await fresh(), size), 'bare loop over the SDK': () => bare(size) },
      1,
      (name, { seconds, cpuSeconds }) =>
        console.error(
          `${name}: ${round(size.pages / seconds)} a second, ${round((cpuSeconds / size.pages) * 1e3, 2)} ms of CPU each`,
        ),
    );
    const possible = (PARALLEL * 1_000) / LATENCY_MS;
    const seconds = (name: string): number => median((results[name] ?? []).map((result) => result.seconds));
    const rates = Object.fromEntries(Object.keys(results).map((name) => [name, round(size.pages / seconds(name))]));
    const share = (rates['queued pages'] ?? NaN) / possible;
    const bareShare = (rates['bare loop over the SDK'] ?? NaN) / possible;
    return {
      settings: { ...size, parallel: PARALLEL, latency_ms: LATENCY_MS },
      figures: { ...rates, possible, share_of_bare: round(share / bareShare, 2) },
      shown: [
        ['what', 'charges a second'],
        [...Object.entries(rates), ['parallel ÷ latency', possible]],
      ],
      targets: [
        atLeast('queued pages ÷ (parallel ÷ latency)', share, 0.9),
        atMost('seconds for all of them', seconds('queued pages'), BUDGET_S, { digits: 1 }),
      ],
    };
  });
