// How the example worker behaves: from flags, else from the environment, else as a healthy receiver would.
import { parseArgs } from 'node:util';

export interface WorkerSettings {
  readonly port: number;
  /** Median of a log-normal latency, in milliseconds; 0 answers at once. */
  readonly latencyMs: number;
  /** Spread of the latency: 0 is always the median, 0.5 is usual for a service. */
  readonly latencySpread: number;
  /** Shares of calls, from 0 to 1, that are answered 500, 422, 429 with Retry-After, or never. */
  readonly fail: number;
  readonly reject: number;
  readonly busy: number;
  readonly hang: number;
}

type Name = keyof WorkerSettings;

const VARIABLES: Record<Name, { flag: string; env: string; standard: number; max: number }> = {
  port: { flag: 'port', env: 'PORT', standard: 4000, max: 65_535 },
  latencyMs: { flag: 'latency-ms', env: 'WORKER_LATENCY_MS', standard: 20, max: 600_000 },
  latencySpread: { flag: 'latency-spread', env: 'WORKER_LATENCY_SPREAD', standard: 0.5, max: 5 },
  fail: { flag: 'fail', env: 'WORKER_FAIL', standard: 0, max: 1 },
  reject: { flag: 'reject', env: 'WORKER_REJECT', standard: 0, max: 1 },
  busy: { flag: 'busy', env: 'WORKER_BUSY', standard: 0, max: 1 },
  hang: { flag: 'hang', env: 'WORKER_HANG', standard: 0, max: 1 },
};

/** Throws with the name of the flag when a value is not a number, or out of range. */
export function readSettings(args: string[], env: Readonly<Record<string, string | undefined>>): WorkerSettings {
  const options = Object.fromEntries(Object.values(VARIABLES).map(({ flag }) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options });
  const read = (name: Name): number => {
    const { flag, env: variable, standard, max } = VARIABLES[name];
    const text = values[flag] ?? env[variable];
    const value = text === undefined || text === '' ? standard : Number(text);
    if (value >= 0 && value <= max) return value;
    throw new Error(`--${flag} (or ${variable}) must be a number from 0 to ${max}`);
  };
  const settings = Object.fromEntries((Object.keys(VARIABLES) as Name[]).map((name) => [name, read(name)]));
  return settings as unknown as WorkerSettings;
}
