// The command line as a tree of commands: complete, or with only the called command loaded and the names of the others.
import { Command } from 'commander';
import { VERSION } from '../base/version.js';
import { COMMAND_GROUPS, type CommandEntry } from './command-table.js';

const EXAMPLES = `
Examples:
  $ punctual start                   the server, configured by the environment and .env
  $ punctual status --watch          what it is doing now
  $ punctual dead                    what has failed for good

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the server or the database cannot be reached.
Environment: DATABASE_URL for commands that use the database (migrate, doctor, worker);
PUNCTUAL_URL and ADMIN_TOKEN for commands that call the server. A .env file in the working directory is read.
Documentation: docs/cli.md and docs/reference/cli.md`;

export interface ProgramOptions {
  /** Whether a command is loaded; the others appear by name, for the overview. Default: all are loaded. */
  readonly loads?: (name: string) => boolean;
  /** Left out. */
  readonly without?: string;
}

export async function createProgram({ loads = () => true, without }: ProgramOptions = {}): Promise<Command> {
  const program = new Command('punctual')
    .description('A time-zone-aware scheduler on PostgreSQL: the server, its workers, and tools for operators.')
    .version(VERSION)
    .addHelpText('after', EXAMPLES)
    .configureHelp({ subcommandTerm })
    .showHelpAfterError('(punctual --help lists the commands)');
  for (const { title, commands } of COMMAND_GROUPS) {
    program.commandsGroup(title);
    for (const entry of commands) {
      if (entry.name === without) continue;
      const command = loads(entry.name) ? await entry.load() : new Command(entry.name);
      program.addCommand(command.summary(entry.summary).helpGroup(title));
    }
  }
  return throwing(program);
}

const usages = new Map([
  ...COMMAND_GROUPS.flatMap(({ commands }) => commands.map(({ name, usage }): [string, string] => [name, usage])),
  ['help', '[command]'],
]);

/** A line of the overview: the same whether the command is loaded or not. */
const subcommandTerm = (command: Command): string =>
  [command.name(), usages.get(command.name()) ?? ''].join(' ').trimEnd();

/** The command that the arguments call; undefined: the overview, or an unknown command. */
export function calledCommand([, , ...args]: readonly string[]): CommandEntry['name'] | undefined {
  const names = args.filter((arg) => !arg.startsWith('-'));
  return names[0] === 'help' ? names[1] : names[0];
}

/** Usage errors are thrown, by subcommands as well, so that we choose the exit code. */
function throwing(command: Command): Command {
  command.exitOverride().commands.forEach(throwing);
  return command;
}
