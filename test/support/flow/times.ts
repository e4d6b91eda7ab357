// Recovery times as they were seen, for the table in docs/faults.md: shown when FLOWS_TIMES is set, asserted nowhere.

/** Starts a stop-watch; `tell` writes how long it ran. */
export function startWatch(what: string): { tell(more?: string): void } {
  const since = performance.now();
  return {
    tell: (more = '') => {
      if (!process.env['FLOWS_TIMES']) return;
      process.stdout.write(`${what}: ${Math.round(performance.now() - since)} ms ${more}\n`);
    },
  };
}
