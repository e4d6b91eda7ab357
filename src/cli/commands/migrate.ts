// `punctual migrate up|status|sql`: the migrations alone, for deployments that start with MIGRATE_ON_START=false.
import { Command } from 'commander';
import type { Output } from '../actions/migrate.js';

const load = () => import('../actions/migrate.js');

export function migrateCommand(): Command {
  const command = new Command('migrate').description('applies, lists or prints the migrations');
  command
    .command('up', { isDefault: true })
    .description('applies what is pending, under a lock')
    .option('--json', 'one JSON object as the result')
    .action(async (output: Output) => (await load()).up(output));
  command
    .command('status')
    .description('lists what has been applied and what is pending; changes nothing')
    .option('--json', 'JSON instead of lines')
    .action(async (output: Output) => (await load()).status(output));
  command
    .command('sql')
    .description('prints the SQL of what is pending; changes nothing')
    .action(async () => (await load()).sql());
  return command;
}
