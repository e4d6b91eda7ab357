// `punctual enqueue <type> '<json>'`: one job.
import { Option } from 'commander';
import { live, lazily } from '../../kit/define.js';
import { fromNow, json } from '../../kit/options.js';

export const enqueueCommand = () =>
  live('enqueue', 'enqueues a job of a type that the server knows', [
    [`enqueue invoice.send '{"id":"7"}'`, 'now'],
    [`enqueue invoice.send '{"id":"7"}' --run-at 2h --unique-key invoice-7`, 'in two hours, once'],
  ])
    .argument('<type>', 'of the job')
    .argument('[payload]', 'JSON; default: {}', json)
    .option('--run-at <time>', 'earliest start; a time, or a duration such as 2h', fromNow)
    .addOption(new Option('--priority <priority>', 'default: normal').choices(['urgent', 'high', 'normal', 'low']))
    .option('--unique-key <key>', 'while another job of the type holds this key, that job is returned instead')
    .addOption(
      new Option(
        '--on-conflict <action>',
        'if another job holds the key: keep that job, replace it with this one, or advance it to this time',
      ).choices(['keep', 'replace', 'advance']),
    )
    .option('--tenant-id <id>', 'on behalf of this tenant')
    .option('--workspace-id <id>', 'of this workspace')
    .option('--user-id <id>', 'of this user')
    .action(lazily(async () => (await import('../../actions/act/enqueue.js')).enqueue));
