// `punctual pause|resume process|queue|subscriptions`.
import { group, live, lazily } from '../../kit/define.js';
import { fromNow, subscriptionFilters } from '../../kit/options.js';

const load = () => import('../../actions/act/pause.js');

const UNTIL = ['--until <time>', 'resume automatically then; a time, or a duration such as 2h', fromNow] as const;

export function pauseCommand() {
  const command = group('pause', 'pauses a process, a queue or subscriptions');
  command.addCommand(
    live('process', 'stops a process from running until it is resumed, or until a given time', [
      ['pause process rollup --until 2h', 'for two hours'],
    ])
      .argument('<name>', 'of the process')
      .option(...UNTIL)
      .action(lazily(async () => (await load()).pauseProcess)),
  );
  command.addCommand(
    live('queue', 'keeps jobs of a queue from starting, on all instances', [
      ['pause queue mail', 'running jobs finish'],
    ])
      .argument('<name>', 'of the queue')
      .action(lazily(async () => (await load()).pauseQueue)),
  );
  command.addCommand(
    subscriptionFilters(
      live('subscriptions', 'pauses subscriptions by id, or all that a filter finds', [
        ['pause subscriptions 42', 'one'],
        ['pause subscriptions --tenant-id acme --dry-run', 'how many'],
      ]).argument('[ids...]', 'of subscriptions'),
    )
      .option(...UNTIL)
      .option('--dry-run', 'only count')
      .action(lazily(async () => (await load()).pauseSubscriptions)),
  );
  return command;
}

export function resumeCommand() {
  const command = group('resume', 'ends a pause, or a suspension');
  command.addCommand(
    live('process', 'resumes the schedule of a process', [['resume process rollup', '']])
      .argument('<name>', 'of the process')
      .action(lazily(async () => (await load()).resumeProcess)),
  );
  command.addCommand(
    live('queue', 'lets jobs of a queue start again', [['resume queue mail', '']])
      .argument('<name>', 'of the queue')
      .action(lazily(async () => (await load()).resumeQueue)),
  );
  command.addCommand(
    subscriptionFilters(
      live('subscriptions', 'ends the pause or suspension of subscriptions by id, or of all that a filter finds', [
        ['resume subscriptions 42', 'one'],
        ['resume subscriptions --status suspended --tenant-id acme', 'those of one tenant that were suspended'],
      ]).argument('[ids...]', 'of subscriptions'),
    )
      .option('--dry-run', 'only count')
      .action(lazily(async () => (await load()).resumeSubscriptions)),
  );
  return command;
}
