// The data for all contestants: recipients, updates in half of the groups, and for the peers a table of mails to send.
import type pg from 'pg';

/** The number of schedules of each group; half of the groups have updates. */
export const PER_GROUP = 50;
const UPDATES_PER_GROUP = 3;

export const groupsFor = (schedules: number): number => Math.ceil(schedules / PER_GROUP);

/** The given number of time zones, from all over the world. */
export const zones = (count: number): string[] => {
  const all = Intl.supportedValuesOf('timeZone');
  return Array.from({ length: count }, (_, n) => all[Math.floor((n * all.length) / count)]!);
};

export const fillUpdates = (client: pg.ClientBase, table: string, schedules: number): Promise<unknown> =>
  client.query(
    `INSERT INTO ${table} (group_id, content_type, title, body, created_at)
     SELECT 'g' || g * 2, 'post', 'Update ' || n || ' of group ' || g, repeat('Something has happened. ', 10), now() - n * interval '1 hour'
     FROM generate_series(0, $1::int / 2 - 1) g, generate_series(1, $2::int) n`,
    [groupsFor(schedules), UPDATES_PER_GROUP],
  );

/** For the peers: the tables that an application would have. */
export async function makeApplication(client: pg.ClientBase, schedules: number): Promise<void> {
  await client.query(`
    CREATE TABLE updates (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), group_id text, content_type text, title text, body text,
      created_at timestamptz);
    CREATE INDEX ON updates (group_id, created_at DESC);
    CREATE TABLE digests (id int PRIMARY KEY, group_id text, email text, last_sent timestamptz);
    CREATE TABLE outbox (key text PRIMARY KEY, email text, data jsonb, created_at timestamptz DEFAULT now());
    CREATE TABLE done (digest_id int)`);
  await fillUpdates(client, 'updates', schedules);
  await client.query(
    `INSERT INTO digests SELECT n, 'g' || n % $1::int, 'r' || n || '@example.com' FROM generate_series(1, $2::int) n`,
    [groupsFor(schedules), schedules],
  );
  await client.query('ANALYZE');
}

/** The work of one recurring job, in one statement: stores one mail with the new updates, and records them in the digest. */
export const ONE_DIGEST = `
  WITH d AS (SELECT * FROM digests WHERE id = $1), found AS (
    SELECT jsonb_agg(jsonb_build_object('title', u.title, 'body', u.body, 'at', u.created_at) ORDER BY u.created_at DESC) AS items
    FROM (SELECT u.* FROM d JOIN updates u ON u.group_id = d.group_id
      WHERE u.created_at > coalesce(d.last_sent, now() - interval '24 hours') ORDER BY u.created_at DESC LIMIT 20) u
  ), sent AS (
    INSERT INTO outbox (key, email, data) SELECT 'digest:' || d.id || ':' || date_trunc('minute', now()), d.email, found.items
    FROM d, found WHERE found.items IS NOT NULL ON CONFLICT DO NOTHING
  )
  UPDATE digests SET last_sent = now() FROM found WHERE id = $1 AND found.items IS NOT NULL`;
