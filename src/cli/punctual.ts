#!/usr/bin/env node
// The command line: parses, calls, and reports the result as an exit code (0 ok, 1 failed, 2 usage, 3 not reachable).
import { CommanderError } from 'commander';
import { calledCommand, createProgram } from './program.js';

/** Runs what the arguments ask for. Sets the exit code and never rejects. */
async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    const program = await programFor(argv);
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return; // the help, or the version
    const { exitCodeOf, messageOf } = await import('./kit/failure.js');
    process.exitCode = exitCodeOf(error);
    const message = messageOf(error, argv.includes('--json'));
    if (message !== null) console.error(message);
  }
}

/** A command may need the variables in .env; the overview needs nothing. */
async function programFor(argv: readonly string[]) {
  const called = calledCommand(argv);
  if (called === undefined) return createProgram({ loads: () => false });
  const [{ readEnvFile }, { isAboutCompletion, withCompletion }] = await Promise.all([
    import('../server/env-file.js'),
    import('./commands/develop/completion.js'),
  ]);
  readEnvFile();
  if (isAboutCompletion(argv)) return withCompletion(await createProgram({ without: 'completion' }));
  return createProgram({ loads: (name) => name === called });
}

// a reader that stops early (`| head`) is not an error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runCommandLine(process.argv);
