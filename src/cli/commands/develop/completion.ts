// `punctual completion bash|zsh|fish`: prints the script with which a shell completes commands and options.
import { Argument, type Command } from 'commander';
import { group } from '../../kit/define.js';

const NAME = 'completion';

/** For the help alone: when it is called, `withCompletion` puts the real one in its place. */
export const completionCommand = () =>
  group(NAME, 'prints a shell completion script for commands and options')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  $ punctual completion bash > ~/.local/share/bash-completion/completions/punctual
  $ punctual completion zsh > ~/.zfunc/_punctual
  $ punctual completion fish > ~/.config/fish/completions/punctual.fish`,
    );

/** A shell that asks, or somebody who wants the script: only they need the library. */
export const isAboutCompletion = ([, , name, ...rest]: readonly string[]): boolean =>
  name === 'complete' || (name === NAME && !rest.includes('--help') && !rest.includes('-h'));

/** Adds the commands of the library to a program without ours. */
export async function withCompletion(program: Command): Promise<Command> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: NAME });
  return program;
}
