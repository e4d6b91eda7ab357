// `punctual new process|job|module <name>`: a file, its line in the table, and a test.
import { define, group, lazily } from '../../kit/define.js';

const load = () => import('../../actions/develop/new.js');

const KINDS = [
  ['process', 'runs on a schedule', 'new process monthly-report'],
  ['job', 'what is enqueued', 'new job invoice.send'],
  ['module', 'a feature with tables, jobs, routes of its own', 'new module invoices'],
] as const;

export function newCommand() {
  const command = group('new', 'creates a process, a job or a module, and a test that fails until you implement it');
  for (const [kind, what, example] of KINDS) {
    command.addCommand(
      define(kind, `writes a ${kind} (${what}), its line in the table, and a test that fails until you implement it`, [
        [example, ''],
      ])
        .argument('<name>', 'in lower case, such as monthly-report; for a job also invoice.send')
        .option('--dir <folder>', 'where the table is', 'src/punctual')
        .option('--js', 'write JavaScript; the default if there is no tsconfig.json')
        .action(lazily(async () => (await load()).generate(kind))),
    );
  }
  return command;
}
