// Metrics of digests planned and summarised by this process.
import { Counter, type Registry } from 'prom-client';

export interface DigestCounts {
  planned(counts: { readonly sent: number; readonly skipped: number }): void;
  summary(made: boolean): void;
  register(registry: Registry): void;
}

export function createDigestCounts(): DigestCounts {
  const planned = { sent: 0, skipped: 0 };
  const summaries = { made: 0, failed: 0 };
  return {
    planned({ sent, skipped }) {
      planned.sent += sent;
      planned.skipped += skipped;
    },
    summary: (made) => void (summaries[made ? 'made' : 'failed'] += 1),
    register(registry) {
      addCounter(registry, 'punctual_digests_planned_total', 'Digests that fell due, by outcome', planned);
      addCounter(registry, 'punctual_digests_summaries_total', 'Summaries of digests', summaries);
    },
  };
}

/** Counted here and read at each scrape: a registry may be added later, or never. */
function addCounter(registry: Registry, name: string, help: string, counts: Readonly<Record<string, number>>): void {
  const counter = new Counter({
    name,
    help,
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(counts)) this.inc({ outcome }, count);
    },
  });
  void counter;
}
