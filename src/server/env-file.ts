// `.env` as .env.example proposes it, for a start by hand: what the environment says already comes first.
import { readFileSync, statSync } from 'node:fs';
import util from 'node:util';

/** Adds what stands in the file, if there is one, to `env` where it is not set. Node before 20.12 cannot read it. */
export function readEnvFile(env: NodeJS.ProcessEnv = process.env, file = '.env'): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  for (const [name, value] of Object.entries(util.parseEnv?.(readFileSync(file, 'utf8')) ?? {})) env[name] ??= value;
}
