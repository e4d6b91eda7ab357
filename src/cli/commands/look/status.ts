// `punctual status`: the state at a glance.
import { live, lazily } from '../../kit/define.js';

export const statusCommand = () =>
  live('status', 'the state at a glance: instances, processes, subscriptions, jobs, circuit breakers', [
    ['status', 'once'],
    ['status --watch', 'repeatedly, until Ctrl-C'],
    ['status --json | jq .subscriptions.due', 'one figure for a script'],
  ])
    .option('--watch', 'refresh continuously')
    .option('--interval <seconds>', 'time between two updates', '2')
    .action(lazily(async () => (await import('../../actions/look/status.js')).status));
