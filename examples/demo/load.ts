// The host's side of the demo: its own tables as it would have made them, and its rows.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Subscriber, World } from './world.js';

/** What an application might have had long before it met Punctual. */
const HOST_TABLES = `
  CREATE TABLE users (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL
  );
  CREATE TABLE subscriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id),
    frequency varchar(20) NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
  );
`;

const USERS = `
  INSERT INTO users (id, name, city)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])`;

const SUBSCRIPTIONS = `
  INSERT INTO subscriptions (id, user_id, frequency, active, timezone, schedule, paused_until)
  SELECT *, NULL FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::jsonb[])`;

const PAUSES = `UPDATE subscriptions SET paused_until = now() + interval '7 days' WHERE id = ANY ($1::uuid[])`;

const PROCESSING = `
  INSERT INTO subscription_processing (subscription_id, status, next_run_at)
  SELECT id, 'pending', next_run_at FROM unnest($1::uuid[], $2::timestamptz[]) AS due (id, next_run_at)`;

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const createHostTables = (url: string): Promise<unknown> =>
  connected(url, (client) => client.query(HOST_TABLES));

export interface LoadedSubscriber extends Subscriber {
  readonly id: string;
}

/** Loads everybody in one transaction, as rows that have been waiting since their `nextRunAt`. */
export async function loadWorld(url: string, { subscribers }: World): Promise<readonly LoadedSubscriber[]> {
  const loaded = subscribers.map((subscriber) => ({ ...subscriber, id: randomUUID(), userId: randomUUID() }));
  const column = <T>(of: (subscriber: (typeof loaded)[number]) => T): T[] => loaded.map(of);
  const ids = column(({ id }) => id);
  const userIds = column(({ userId }) => userId);
  await connected(url, async (client) => {
    await client.query('BEGIN');
    await client.query(USERS, [userIds, column(({ city }) => `A reader in ${city}`), column(({ city }) => city)]);
    await client.query(SUBSCRIPTIONS, [
      ids,
      userIds,
      column(({ frequency }) => frequency),
      column(({ active }) => active),
      column(({ timezone }) => timezone),
      column(({ schedule }) => JSON.stringify(schedule)),
    ]);
    await client.query(PROCESSING, [ids, column(({ nextRunAt }) => nextRunAt)]);
    await client.query(PAUSES, [loaded.filter(({ paused }) => paused).map(({ id }) => id)]);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  });
  return loaded;
}
