// `punctual run <process>` and `punctual process-subscriptions`: triggers.
import { live, lazily } from '../../kit/define.js';
import { count, json } from '../../kit/options.js';

const load = () => import('../../actions/act/trigger.js');

export const runCommand = () =>
  live('run', 'runs a process now', [
    ['run rollup --wait', 'with its progress, until it ends'],
    ['run subscriptions --dry-run', 'how many would be processed'],
    [`run export --input '{"day":"2026-03-08"}'`, 'the input of the process'],
  ])
    .argument('<process>', 'its name; `punctual processes` lists them')
    .option('--input <json>', 'a JSON object that is passed to the process', json)
    .option('--dry-run', 'change nothing; for processes that have a dry run')
    .option('--wait', 'show the progress until it ends; exits with 1 unless it completes')
    .action(lazily(async () => (await load()).run));

export const processSubscriptionsCommand = () =>
  live('process-subscriptions', 'processes what is due now, all of it unless filtered, and shows the progress', [
    ['process-subscriptions', 'all that is due'],
    ['process-subscriptions --tenant-id acme --dry-run', 'how many of one tenant are due'],
    ['process-subscriptions 42 43 --force', 'an extra occurrence now, due or not'],
  ])
    .argument('[ids...]', 'of subscriptions; default: all that are due')
    .option('--user-id <id>', 'of this user')
    .option('--tenant-id <id>', 'of this tenant')
    .option('--frequency <frequency>', 'with this frequency')
    .option('--limit <n>', 'maximum number', count)
    .option('--force', 'an extra occurrence now for active subscriptions that are not due; needs ids or a filter')
    .option('--dry-run', 'only count what would be processed')
    .option('--no-wait', 'do not wait for the end')
    .action(lazily(async () => (await load()).processSubscriptions));
