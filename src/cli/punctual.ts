#!/usr/bin/env node
// The command line: parses, calls, and says by its exit code how it went (0 ok, 1 failed, 2 usage, 3 not reachable).
import { readEnvFile } from '../server/env-file.js';
import { isAboutCompletion, withCompletion } from './commands/develop/completion.js';
import { exitCodeOf, messageOf } from './kit/failure.js';
import { createProgram } from './program.js';

/** Runs what the arguments ask for. Sets the exit code and never rejects. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  readEnvFile();
  try {
    const program = isAboutCompletion(argv)
      ? await withCompletion(createProgram({ completion: false }))
      : createProgram();
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    const message = messageOf(error, argv.includes('--json'));
    if (message !== null) console.error(message);
  }
}

// a reader that has seen enough (`| head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await runCommandLine(process.argv);
