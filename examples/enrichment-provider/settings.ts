// How the example provider behaves: from flags, else from the environment, else as a small plan of a real one would.
import { parseArgs } from 'node:util';
import { z } from 'zod';

const whole = (max: number) => z.coerce.number().int().min(0).max(max);

const checks = z.object({
  port: whole(65_535).default(4_100),
  /** The one key that is accepted. */
  key: z.string().default('sk-example'),
  /** Calls that each route takes in a minute. */
  perMinute: whole(1_000_000).default(100),
  latencyMs: whole(600_000).default(20),
});

export type ProviderSettings = z.output<typeof checks>;
type Name = keyof ProviderSettings;

const VARIABLES: Record<Name, { flag: string; env: string }> = {
  port: { flag: 'port', env: 'PORT' },
  key: { flag: 'key', env: 'PROVIDER_KEY' },
  perMinute: { flag: 'per-minute', env: 'PROVIDER_PER_MINUTE' },
  latencyMs: { flag: 'latency-ms', env: 'PROVIDER_LATENCY_MS' },
};
const NAMES = Object.keys(VARIABLES) as Name[];

/** Throws with the name of the flag when a value is not what it may be. */
export function readSettings(args: string[], env: Readonly<Record<string, string | undefined>>): ProviderSettings {
  const options = Object.fromEntries(NAMES.map((name) => [VARIABLES[name].flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options });
  const given = NAMES.map((name) => [name, (values[VARIABLES[name].flag] ?? env[VARIABLES[name].env]) || undefined]);
  const result = checks.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const [problem] = result.error.issues;
  const { flag, env: variable } = VARIABLES[problem?.path[0] as Name];
  throw new Error(`--${flag} (or ${variable}): ${problem?.message}`);
}
