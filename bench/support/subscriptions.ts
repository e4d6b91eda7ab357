// Subscriptions to drain: due since a minute, daily, in many zones, as a host's table would hold them.
import { withClient } from './database.js';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'];

export interface Seed {
  /** Due one minute ago. */
  readonly due: number;
  /** Due some time tomorrow. */
  readonly later?: number;
}

/** Adds subscriptions to a migrated database, and leaves the tables as autovacuum would. */
export async function seedSubscriptions(url: string, { due, later = 0 }: Seed): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(
      `INSERT INTO subscriptions (user_id, frequency, active, timezone, schedule, tenant_id)
       SELECT 'user-' || n, 'daily', true, ($2::text[])[1 + n % array_length($2::text[], 1)], '{"time": "09:00"}', 'tenant-' || n % 100
         FROM generate_series(1, $1::int) AS n`,
      [due + later, ZONES],
    );
    await client.query(
      `WITH numbered AS (
         SELECT p.id, row_number() OVER () AS n FROM subscription_processing p
          WHERE p.last_run_at IS NULL AND p.created_at > now() - interval '10 minutes')
       UPDATE subscription_processing p
          SET stale = false, status = 'pending', scheduled_for = NULL,
              next_run_at = CASE WHEN n <= $1 THEN date_trunc('milliseconds', now()) - interval '1 minute'
                                 ELSE now() + interval '1 day' + n % 80000 * interval '1 second' END
         FROM numbered WHERE numbered.id = p.id`,
      [due],
    );
    await client.query('VACUUM ANALYZE subscriptions');
    await client.query('VACUUM ANALYZE subscription_processing');
    await client.query('CHECKPOINT');
  });
}
