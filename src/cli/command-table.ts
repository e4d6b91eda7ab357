// All commands, one line each. Only the command that is called is loaded; the overview needs none of them.
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  /** Its arguments, as the overview shows them. */
  readonly usage: string;
  /** For the overview; the help of the command itself says more. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

const entry = (name: string, usage: string, summary: string, load: () => Promise<Command>): CommandEntry => ({
  name,
  usage,
  summary,
  load,
});

const server: CommandGroup = {
  title: 'Server and workers:',
  commands: [
    entry('start', '', 'runs the server until a signal stops it', async () =>
      (await import('./commands/server/start.js')).startCommand(),
    ),
    entry('worker', '<command>', 'processes that run jobs', async () =>
      (await import('./commands/server/worker.js')).workerCommand(),
    ),
    entry('migrate', '<command>', 'applies, lists or prints the migrations', async () =>
      (await import('./commands/server/migrate.js')).migrateCommand(),
    ),
    entry('doctor', '', 'checks the database, the settings and the external services', async () =>
      (await import('./commands/server/doctor.js')).doctorCommand(),
    ),
  ],
};

const looking: CommandGroup = {
  title: 'Looking:',
  commands: [
    entry('status', '', 'the state at a glance, once or live', async () =>
      (await import('./commands/look/status.js')).statusCommand(),
    ),
    entry('processes', '', 'processes: state, next run, last run, schedule', async () =>
      (await import('./commands/look/processes.js')).processesCommand(),
    ),
    entry('runs', '[id]', 'what ran, or one run with its counts and errors', async () =>
      (await import('./commands/look/runs.js')).runsCommand(),
    ),
    entry('subscriptions', '[id]', 'subscriptions, or one with its last occurrences', async () =>
      (await import('./commands/look/subscriptions.js')).subscriptionsCommand(),
    ),
    entry('jobs', '[id]', 'jobs, or one with its payload, error and log', async () =>
      (await import('./commands/look/jobs.js')).jobsCommand(),
    ),
    entry('dead', '', 'jobs without an attempt left, and how many occurrences of subscriptions died', async () =>
      (await import('./commands/look/jobs.js')).deadCommand(),
    ),
    entry('preview', '<schedule>', 'when a schedule runs; needs no server', async () =>
      (await import('./commands/look/preview.js')).previewCommand(),
    ),
    entry('explain', '<id>', 'why a subscription ran, will run or did not run', async () =>
      (await import('./commands/look/preview.js')).explainCommand(),
    ),
  ],
};

const acting: CommandGroup = {
  title: 'Acting:',
  commands: [
    entry('run', '<process>', 'runs a process now', async () => (await import('./commands/act/run.js')).runCommand()),
    entry('process-subscriptions', '[ids...]', 'processes what is due now, with its progress', async () =>
      (await import('./commands/act/run.js')).processSubscriptionsCommand(),
    ),
    entry('enqueue', '<type> [payload]', 'enqueues a job', async () =>
      (await import('./commands/act/enqueue.js')).enqueueCommand(),
    ),
    entry('import', '<file>', 'creates a batch list from a CSV file', async () =>
      (await import('./commands/act/import.js')).importCommand(),
    ),
    entry('retry', '<command>', 'retries what failed', async () =>
      (await import('./commands/act/retry.js')).retryCommand(),
    ),
    entry('cancel', '<command>', 'stops a run or a job', async () =>
      (await import('./commands/act/cancel.js')).cancelCommand(),
    ),
    entry('pause', '<command>', 'pauses a process, a queue or subscriptions', async () =>
      (await import('./commands/act/pause.js')).pauseCommand(),
    ),
    entry('resume', '<command>', 'ends a pause, or a suspension', async () =>
      (await import('./commands/act/pause.js')).resumeCommand(),
    ),
  ],
};

const developing: CommandGroup = {
  title: 'Developing:',
  commands: [
    entry('new', '<command>', 'creates a process, a job or a module, and a test for it', async () =>
      (await import('./commands/develop/new.js')).newCommand(),
    ),
    entry('completion', '<shell>', 'prints a shell completion script', async () =>
      (await import('./commands/develop/completion.js')).completionCommand(),
    ),
  ],
};

/** In the order in which the help lists them. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [server, looking, acting, developing];
