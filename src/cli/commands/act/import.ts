// `punctual import <file.csv>`: a batch list from a file.
import { Option } from 'commander';
import { live, lazily } from '../../kit/define.js';

export const importCommand = () =>
  live(
    'import',
    'uploads a CSV file as a batch list of one of the application’s users, and reports what was left out',
    [
      ['import members.csv --user-id 42 --workspace-id acme', 'a list with the name of the file'],
      ['import members.csv --user-id 42 --name "Spring" --audience buyers', 'a list for one user'],
      ['import - --user-id 42 --name Spring < members.csv', 'from standard input'],
    ],
  )
    .argument('<file>', 'CSV whose header names email, name and id in any order; - reads standard input')
    .requiredOption('--user-id <id>', 'the user that owns the list')
    .option('--workspace-id <id>', 'visible to all users of this workspace; default: only to its user')
    .option('--name <name>', 'of the list; default: the name of the file')
    .option('--audience <audience>', 'the audience of the list; default: the name of the list')
    .addOption(new Option('--priority <priority>', 'default: normal').choices(['urgent', 'high', 'normal', 'low']))
    .action(lazily(async () => (await import('../../actions/act/import.js')).importFile));
