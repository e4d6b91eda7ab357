// `punctual preview` and `punctual explain`: when a schedule runs, and why a subscription ran, will run or did not run.
import { define, live, lazily } from '../../kit/define.js';
import { count, fromNow } from '../../kit/options.js';

export const previewCommand = () =>
  define('preview', 'when a schedule runs, with the effect of its policies on each occurrence; needs no server', [
    ['preview "daily 09:00" --timezone Europe/Berlin', ''],
    ['preview "30 2 * * 1-5" --timezone America/New_York --after 2026-03-06T00:00:00Z', 'across a clock change'],
    [`preview '{"frequency":"monthly","day_of_month":31,"month_end":"skip"}' --count 12`, 'with a policy'],
  ])
    .argument('<schedule>', 'JSON, a cron pattern, or words such as "weekly monday 09:00"')
    .option('--timezone <zone>', 'an IANA name; default: that of the schedule, or UTC')
    .option('--count <n>', 'how many', count, 10)
    .option('--after <time>', 'starting then; a time, or a duration such as 30d; default: now', fromNow)
    .action(lazily(async () => (await import('../../actions/look/preview.js')).preview));

export const explainCommand = () =>
  live('explain', 'why a subscription ran, will run or did not run', [
    ['explain 42', 'its state in words, its last occurrences, who paused it, and what comes next'],
  ])
    .argument('<id>', 'of the subscription')
    .option('--count <n>', 'occurrences to come', count, 5)
    .action(lazily(async () => (await import('../../actions/look/explain.js')).explain));
