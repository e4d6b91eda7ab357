// `punctual migrate up|status|sql`: only the migrations, for deployments that start with MIGRATE_ON_START=false.
import type { Output } from '../../actions/server/migrate.js';
import { define, group } from '../../kit/define.js';

const load = () => import('../../actions/server/migrate.js');

export function migrateCommand() {
  const command = group('migrate', 'applies, lists or prints the migrations');
  command.addCommand(
    define('up', 'applies what is pending, under a lock', [
      ['migrate up', 'before the new version of the server is started'],
    ]).action(async (output: Output) => (await load()).up(output)),
    { isDefault: true },
  );
  command.addCommand(
    define('status', 'lists what has been applied and what is pending; changes nothing').action(
      async (output: Output) => (await load()).status(output),
    ),
  );
  command.addCommand(
    define('sql', 'prints the SQL of what is pending; changes nothing', [
      ['migrate sql > up.sql', 'to be applied by hand'],
    ]).action(async (output: Output) => (await load()).sql(output)),
  );
  return command;
}
