// `punctual subscriptions [id]`: the list, and one with its ledger.
import { Option } from 'commander';
import { live, lazily } from '../../kit/define.js';
import { paging, subscriptionFilters } from '../../kit/options.js';

export const subscriptionsCommand = () =>
  paging(
    subscriptionFilters(
      live('subscriptions', 'subscriptions, or one with its last occurrences', [
        ['subscriptions --status suspended', 'those that an operator should look at'],
        ['subscriptions --due --sort next_run_at', 'what is due, the oldest first'],
        ['subscriptions 42', 'one, with its last occurrences'],
      ]).argument('[id]', 'the id of a subscription'),
    ).addOption(
      new Option('--sort <order>', 'order of the list; large tables are sorted by an index only').choices(
        ['next_run_at', 'created_at', 'last_run_at', 'consecutive_failures', 'user_id'].flatMap((name) => [
          name,
          `-${name}`,
        ]),
      ),
    ),
  ).action(lazily(async () => (await import('../../actions/look/subscriptions.js')).subscriptions));
