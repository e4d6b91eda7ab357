// `punctual runs [id]`: what ran, and one run with its counts and errors.
import { Option } from 'commander';
import { live, lazily } from '../../kit/define.js';
import { instant, paging } from '../../kit/options.js';

export const runsCommand = () =>
  paging(
    live('runs', 'what ran, newest first, or one run with its counts and errors', [
      ['runs --process subscriptions --since 24h', 'the last day of the main process'],
      ['runs --status failed', 'runs that failed'],
      ['runs 7b1c…', 'one run'],
      ['runs 7b1c… --follow', 'one run, live until it ends'],
    ])
      .argument('[id]', 'the id of a run')
      .option('--process <name>', 'of this process')
      .addOption(
        new Option('--status <status>', 'in this state').choices([
          'running',
          'completed',
          'failed',
          'cancelled',
          'abandoned',
        ]),
      )
      .option('--since <time>', 'started at or after; a time, or an age such as 2h', instant)
      .option('--until <time>', 'started before; a time, or an age such as 30m', instant),
  )
    .option('--follow', 'show the progress of a run until it ends; exits with 1 unless it completes')
    .action(lazily(async () => (await import('../../actions/look/runs.js')).runs));
