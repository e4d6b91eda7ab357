// The whole command line as a tree of commands. Their actions are loaded when they are called.
import { Command } from 'commander';
import { VERSION } from '../base/version.js';
import { cancelCommand } from './commands/act/cancel.js';
import { enqueueCommand } from './commands/act/enqueue.js';
import { pauseCommand, resumeCommand } from './commands/act/pause.js';
import { retryCommand } from './commands/act/retry.js';
import { processSubscriptionsCommand, runCommand } from './commands/act/run.js';
import { completionCommand } from './commands/develop/completion.js';
import { newCommand } from './commands/develop/new.js';
import { deadCommand, jobsCommand } from './commands/look/jobs.js';
import { explainCommand, previewCommand } from './commands/look/preview.js';
import { processesCommand } from './commands/look/processes.js';
import { runsCommand } from './commands/look/runs.js';
import { statusCommand } from './commands/look/status.js';
import { subscriptionsCommand } from './commands/look/subscriptions.js';
import { doctorCommand } from './commands/server/doctor.js';
import { migrateCommand } from './commands/server/migrate.js';
import { startCommand } from './commands/server/start.js';
import { workerCommand } from './commands/server/worker.js';

const EXAMPLES = `
Examples:
  $ punctual start                   the server, configured by the environment and .env
  $ punctual status --watch          what it is doing now
  $ punctual dead                    what has failed for good

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the server or the database cannot be reached.
Environment: DATABASE_URL for what works on the database (migrate, doctor, worker);
PUNCTUAL_URL and ADMIN_TOKEN for what asks the server. A .env file in the working directory is read.
Documentation: docs/cli.md and docs/reference/cli.md`;

const GROUPS: readonly (readonly [title: string, commands: readonly (() => Command)[]])[] = [
  ['Server and workers:', [startCommand, workerCommand, migrateCommand, doctorCommand]],
  [
    'Looking:',
    [
      statusCommand,
      processesCommand,
      runsCommand,
      subscriptionsCommand,
      jobsCommand,
      deadCommand,
      previewCommand,
      explainCommand,
    ],
  ],
  [
    'Acting:',
    [runCommand, processSubscriptionsCommand, enqueueCommand, retryCommand, cancelCommand, pauseCommand, resumeCommand],
  ],
  ['Developing:', [newCommand, completionCommand]],
];

/** One file for each command, in the groups in which the help lists them. */
export function createProgram({ completion = true }: { readonly completion?: boolean } = {}): Command {
  const program = new Command('punctual')
    .description('A time-zone-aware scheduler on PostgreSQL: the server, its workers, and the tools of its operators.')
    .version(VERSION)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(punctual --help lists the commands)');
  for (const [title, commands] of GROUPS) {
    program.commandsGroup(title);
    for (const command of commands) {
      if (command !== completionCommand || completion) program.addCommand(command().helpGroup(title));
    }
  }
  return throwing(program);
}

/** Errors of usage are thrown, by the commands within as well: the exit code is ours to choose. */
function throwing(command: Command): Command {
  command.exitOverride().commands.forEach(throwing);
  return command;
}
