// The command line as a tree of commands: whole, or with the one that is called and the names of the others.
import { Command } from 'commander';
import { VERSION } from '../base/version.js';
import { COMMAND_GROUPS, type CommandEntry } from './command-table.js';

const EXAMPLES = `
Examples:
  $ punctual start                   the server, configured by the environment and .env
  $ punctual status --watch          what it is doing now
  $ punctual dead                    what has failed for good

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the server or the database cannot be reached.
Environment: DATABASE_URL for what works on the database (migrate, doctor, worker);
PUNCTUAL_URL and ADMIN_TOKEN for what asks the server. A .env file in the working directory is read.
Documentation: docs/cli.md and docs/reference/cli.md`;

export interface ProgramOptions {
  /** Whether a command is loaded; the others are there by name, for the overview. Default: all are. */
  readonly loads?: (name: string) => boolean;
  /** Left out. */
  readonly without?: string;
}

export async function createProgram({ loads = () => true, without }: ProgramOptions = {}): Promise<Command> {
  const program = new Command('punctual')
    .description('A time-zone-aware scheduler on PostgreSQL: the server, its workers, and the tools of its operators.')
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

/** The command that the arguments call; undefined: they ask for the overview, or for one that is not there. */
export function calledCommand([, , ...args]: readonly string[]): CommandEntry['name'] | undefined {
  const names = args.filter((arg) => !arg.startsWith('-'));
  return names[0] === 'help' ? names[1] : names[0];
}

/** Errors of usage are thrown, by the commands within as well: the exit code is ours to choose. */
function throwing(command: Command): Command {
  command.exitOverride().commands.forEach(throwing);
  return command;
}
