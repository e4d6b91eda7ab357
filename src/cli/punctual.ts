#!/usr/bin/env node
// The command line: parses, calls, and says by its exit code how it went (0 ok, 1 failed, 2 usage, 3 not reachable).
import { Command, CommanderError } from 'commander';
import { isSchedulerError, toError } from '../base/errors.js';
import { VERSION } from '../base/version.js';
import { readEnvFile } from '../server/env-file.js';
import { migrateCommand } from './commands/migrate.js';
import { startCommand } from './commands/start.js';
import { workerCommand } from './commands/worker.js';

const EXIT = { failed: 1, usage: 2, unreachable: 3 } as const;

const EXAMPLES = `
Examples:
  $ punctual migrate status          what has been applied, and what is pending
  $ punctual migrate sql > up.sql    the SQL for people who apply it by hand
  $ punctual start                   the server, configured by the environment and .env
  $ punctual worker start            a process that works on jobs and does nothing else

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the database cannot be reached.
The variables are listed in .env.example and in docs/operate.md.`;

/** One file for each command. */
export function createProgram(): Command {
  const program = new Command('punctual')
    .description('A time-zone-aware scheduler on PostgreSQL: the server, its workers and its migrations.')
    .version(VERSION)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(punctual --help lists the commands)');
  for (const command of [migrateCommand(), startCommand(), workerCommand()]) program.addCommand(command);
  return throwing(program);
}

/** Errors of usage are thrown, by the commands within as well: the exit code is ours to choose. */
function throwing(command: Command): Command {
  command.exitOverride().commands.forEach(throwing);
  return command;
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  return isSchedulerError(error, 'DATABASE_UNAVAILABLE') ? EXIT.unreachable : EXIT.failed;
}

/** Runs what the arguments ask for. Sets the exit code and never rejects. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  readEnvFile();
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (!(error instanceof CommanderError)) console.error(`punctual: ${toError(error).message}`);
  }
}

// a reader that has seen enough (`| head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runCommandLine(process.argv);
