// `punctual jobs [id]` and `punctual dead`: jobs, and those without an attempt left.
import { live, lazily } from '../../kit/define.js';
import { jobFilters, paging } from '../../kit/options.js';

export const jobsCommand = () =>
  paging(
    jobFilters(
      live('jobs', 'jobs, newest first, or one with its payload, error and log', [
        ['jobs --type invoice.send --status failed,dead', 'what went wrong with invoices'],
        ['jobs 018f…', 'one job'],
      ])
        .argument('[id]', 'the id of a job')
        .option(
          '--status <list>',
          'in these states, comma-separated: pending, waiting, processing, completed, failed, dead, cancelled',
        ),
    ),
  ).action(lazily(async () => (await import('../../actions/look/jobs.js')).jobs));

export const deadCommand = () =>
  paging(
    jobFilters(
      live('dead', 'dead letters: jobs without an attempt left, and how many occurrences of subscriptions died', [
        ['dead --since 24h', 'those of the last day'],
        ['dead --json | jq -r ".items[].error.code" | sort | uniq -c', 'what they died of'],
      ]),
    ),
  ).action(lazily(async () => (await import('../../actions/look/jobs.js')).dead));
