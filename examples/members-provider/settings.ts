// How the example members API behaves: from flags, else from the environment, else as a small audience.
import { parseArgs } from 'node:util';
import { z } from 'zod';

const whole = (max: number) => z.coerce.number().int().min(0).max(max);

const checks = z.object({
  port: whole(65_535).default(4_300),
  /** The one key that is accepted. */
  key: z.string().default('mk-example'),
  size: whole(5_000_000).default(50_000),
  duplicateEvery: whole(1_000_000).default(25),
  invalidEvery: whole(1_000_000).default(200),
  /** Calls in a second; 0: no limit. */
  perSecond: whole(1_000_000).default(0),
  latencyMs: whole(600_000).default(5),
  /** Each n-th call fails once; 0: none. */
  failEvery: whole(1_000_000).default(0),
  /** After this number of pages the last member moves to the beginning, while others are still to be read; 0: never. */
  moveAfter: whole(1_000_000).default(0),
});

export type MembersProviderSettings = z.output<typeof checks>;
type Name = keyof MembersProviderSettings;

const FLAGS: Record<Name, string> = {
  port: 'port',
  key: 'key',
  size: 'size',
  duplicateEvery: 'duplicate-every',
  invalidEvery: 'invalid-every',
  perSecond: 'per-second',
  latencyMs: 'latency-ms',
  failEvery: 'fail-every',
  moveAfter: 'move-after',
};
const NAMES = Object.keys(FLAGS) as Name[];
const variableOf = (flag: string): string => `MEMBERS_${flag.toUpperCase().replaceAll('-', '_')}`;

/** Throws with the name of the flag when a value is not what it may be. */
export function readSettings(
  args: string[],
  env: Readonly<Record<string, string | undefined>>,
): MembersProviderSettings {
  const options = Object.fromEntries(NAMES.map((name) => [FLAGS[name], { type: 'string' as const }]));
  const { values } = parseArgs({ args, options });
  const given = NAMES.map((name) => [name, (values[FLAGS[name]] ?? env[variableOf(FLAGS[name])]) || undefined]);
  const result = checks.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const [problem] = result.error.issues;
  const flag = FLAGS[problem?.path[0] as Name];
  throw new Error(`--${flag} (or ${variableOf(flag)}): ${problem?.message}`);
}
