// A process that holds an embedded PostgreSQL, for tests of how it ends: `hold.ts <dataDir> [ignore-sigint|forget]`.
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/db/embedded/index.js';

const [dataDir = '', mode] = process.argv.slice(2);
const say = (fields: object): void => void process.stdout.write(`${JSON.stringify(fields)}\n`);

say({ message: 'starting' });
try {
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  const { rows } = await client.query<{ version: string }>('SHOW server_version');
  await client.end();
  if (mode !== 'forget') setInterval(() => {}, 1_000);
  if (mode === 'ignore-sigint') process.on('SIGINT', () => say({ message: 'interrupted' }));
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  say({ message: 'ready', ...rows[0], ...server });
} catch (error) {
  say({ message: 'failed', error: (error as Error).message });
  process.exitCode = 1;
}
