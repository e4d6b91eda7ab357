// `punctual worker start|status|stop`: processes that run jobs and do nothing else; any number of them beside the servers.
import { define, group, lazily } from '../../kit/define.js';
import { seconds } from '../../kit/options.js';

const load = () => import('../../actions/server/workers.js');

export function workerCommand() {
  const command = group('worker', 'processes that run jobs');
  command
    .command('start')
    .description('runs jobs until a signal stops it')
    .action(async () => (await import('../../actions/server/work.js')).work());
  command.addCommand(
    define(
      'status',
      'servers and workers with their state, current jobs and heartbeat; what is waiting, and for how long',
      [['worker status', 'from the database: no server is needed']],
    ).action(lazily(async () => (await load()).workerStatus)),
  );
  command.addCommand(
    define('stop', 'tells the workers of this machine to stop, and waits until they have finished their jobs', [
      ['worker stop', 'all of them'],
      ['worker stop 4711 --timeout 5m', 'one'],
    ])
      .argument('[pids...]', 'process ids; default: all workers of this machine')
      .option('--timeout <length>', 'how long to wait; default: SHUTDOWN_GRACE_S plus a minute', seconds)
      .action(lazily(async () => (await load()).workerStop)),
  );
  return command;
}
