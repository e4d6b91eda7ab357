// `punctual worker start`: a process that works on jobs and does nothing else; any number of them beside the servers.
import { Command } from 'commander';

export function workerCommand(): Command {
  const command = new Command('worker').description('processes that work on jobs');
  command
    .command('start')
    .description('works on jobs until a signal ends it')
    .action(async () => (await import('../actions/work.js')).work());
  return command;
}
