// The examined command line of the tests of `punctual doctor`.
import type { CommandLine, RunOptions } from '../../support/command-line.js';
import type { TestDatabase } from '../../support/database.js';

export interface Result {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly sql?: readonly string[];
  readonly fixed?: string;
}

export interface Examined {
  readonly code: number;
  readonly checks: readonly Result[];
  of(name: string): Result;
}

export async function examineWith(
  line: CommandLine,
  database: TestDatabase,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Examined> {
  const env = { DATABASE_URL: database.url, ...options.env };
  const { code, stdout, stderr } = await line.run(['doctor', '--json', ...args], { ...options, env });
  if (stdout === '') throw new Error(stderr);
  const { checks } = JSON.parse(stdout) as { checks: Result[] };
  return { code, checks, of: (name) => checks.find((check) => check.name === name)! };
}

/** Whether a PostgreSQL and this Node.js have the same time zones depends on the machine. */
export const unwell = (checks: readonly Result[]): Result[] =>
  checks.filter(({ name, status }) => status !== 'ok' && status !== 'none' && name !== 'time zones');

export const nameOf = async ({ pool }: TestDatabase): Promise<string> =>
  (await pool.query<{ name: string }>('SELECT current_database() AS name')).rows[0]!.name;
