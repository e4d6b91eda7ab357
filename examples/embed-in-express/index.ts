// Runs the shop: `npm run build`, then `DATABASE_URL=postgres://… ADMIN_TOKEN=… npx tsx examples/embed-in-express`.
import pg from 'pg';
import { createShop } from './app.js';

const { DATABASE_URL: connectionString, ADMIN_TOKEN: adminToken, PORT: port = '3000' } = process.env;

async function main(): Promise<void> {
  if (!connectionString || !adminToken) throw new Error('set DATABASE_URL and ADMIN_TOKEN');
  const pool = new pg.Pool({ connectionString });
  pool.on('error', (error) => console.error(error.message));
  const { app, scheduler } = await createShop(pool, adminToken);
  const server = app.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/admin/status`));

  const stop = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
    await scheduler.stop();
    await pool.end();
  };
  process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
