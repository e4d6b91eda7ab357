// Reads `.env` (see .env.example); variables of the environment take precedence.
import { readFileSync, statSync } from 'node:fs';
import util from 'node:util';

/** Adds the variables of the file, if it exists, to `env` unless they are set. Node before 20.12 cannot read it. */
export function readEnvFile(env: NodeJS.ProcessEnv = process.env, file = '.env'): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  for (const [name, value] of Object.entries(util.parseEnv?.(readFileSync(file, 'utf8')) ?? {})) env[name] ??= value;
}
