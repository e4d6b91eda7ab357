// `punctual completion bash|zsh|fish`: prints the script with which a shell completes commands and options.
import { Argument, type Command } from 'commander';
import { group } from '../../kit/define.js';

const NAME = 'completion';

/** Only for the help: when it is called, `withCompletion` replaces it by the real one. */
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

/** Only a shell that requests completions, or a user who wants the script, needs the library. */
export const isAboutCompletion = ([, , name, ...rest]: readonly string[]): boolean =>
  name === 'complete' || (name === NAME && !rest.includes('--help') && !rest.includes('-h'));

/** Adds the library's commands to a program that does not have ours. */
export async function withCompletion(program: Command): Promise<Command> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: NAME });
  return program;
}
