// `punctual worker start|status|stop`: processes that work on jobs and do nothing else; any number of them beside the servers.
import { group } from '../../kit/define.js';

export function workerCommand() {
  const command = group('worker', 'processes that work on jobs');
  command
    .command('start')
    .description('works on jobs until a signal ends it')
    .action(async () => (await import('../../actions/server/work.js')).work());
  return command;
}
