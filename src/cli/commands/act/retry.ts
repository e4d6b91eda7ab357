// `punctual retry jobs|run|subscriptions` and `punctual cancel run|job`.
import { group, live, lazily } from '../../kit/define.js';
import { count, instant, jobFilters } from '../../kit/options.js';

const load = () => import('../../actions/act/retry.js');

export function retryCommand() {
  const command = group('retry', 'retries what failed');
  command.addCommand(
    jobFilters(
      live('jobs', 'retries dead or cancelled jobs: they are due at once, and their attempts start over', [
        ['retry jobs 018f…', 'one'],
        ['retry jobs --type invoice.send --since 24h --dry-run', 'how many'],
      ]).argument('[ids...]', 'of jobs'),
    )
      .option('--status <list>', 'dead, cancelled or both, comma-separated')
      .option('--dry-run', 'only count')
      .action(lazily(async () => (await load()).retryJobs)),
  );
  command.addCommand(
    live('run', 'retries what failed in an earlier run of subscriptions, in a new run', [
      ['retry run 7b1c…', 'with its progress'],
    ])
      .argument('<id>', 'of the run')
      .option('--limit <n>', 'maximum number', count)
      .option('--dry-run', 'only count')
      .option('--no-wait', 'do not wait for the end')
      .action(lazily(async () => (await load()).retryRun)),
  );
  command.addCommand(
    live('subscriptions', 'retries occurrences that died, in a new run', [
      ['retry subscriptions --since 24h --dry-run', 'how many'],
      ['retry subscriptions --since 24h --tenant-id acme', 'those of one tenant'],
    ])
      .argument('[ids...]', 'of subscriptions; default: all')
      .requiredOption('--since <time>', 'that died since then; a time, or an age such as 24h', instant)
      .option('--user-id <id>', 'of this user')
      .option('--tenant-id <id>', 'of this tenant')
      .option('--frequency <frequency>', 'with this frequency')
      .option('--limit <n>', 'maximum number', count)
      .option('--dry-run', 'only count')
      .option('--no-wait', 'do not wait for the end')
      .action(lazily(async () => (await load()).retrySubscriptions)),
  );
  return command;
}
