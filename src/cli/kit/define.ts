// How a command is defined: its name, what it does, examples, and an action that is loaded when it is called.
import { Command } from 'commander';
import type { Io } from '../io.js';

/** A command line and what it does. */
export type Example = readonly [line: string, does: string];

/** A command with `--json` and examples in its help. */
export function define(name: string, description: string, examples: readonly Example[] = []): Command {
  const command = group(name, description).option('--json', 'print JSON; errors as well, on standard error');
  return examples.length === 0 ? command : command.addHelpText('after', examplesText(examples));
}

/** A command that only contains others. */
export const group = (name: string, description: string): Command => new Command(name).description(description);

/** A command that talks to the server. */
export const live = (name: string, description: string, examples: readonly Example[] = []): Command =>
  define(name, description, examples).option('--url <url>', 'address of the server; default: PUNCTUAL_URL');

function examplesText(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  $ punctual ${line.padEnd(width)}  ${does}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** What a command does. Returns the exit code if that is not 0. */
export type Action<A extends readonly unknown[]> = (io: Io, ...args: A) => Promise<number | void>;

/** Loads the action when it is called: `punctual --help` needs none of them. */
export const lazily =
  <A extends readonly unknown[]>(load: () => Promise<Action<A>>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.pop() as Command;
    const [{ createIo }, action] = await Promise.all([import('../io.js'), load()]);
    const code = await action(createIo(command.optsWithGlobals()), ...(given as unknown as A));
    if (code) process.exitCode = code;
  };
