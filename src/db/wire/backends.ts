// The server's backends that belong to our connections.
import type { Backend } from '../silence.js';

/** Runs a statement on a connection that is not suspect. */
export type Ask = (text: string, values: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;

// uses the login role, because a host may have changed the role of its sessions
const OURS = `usename = session_user AND datname = current_database()
  AND backend_start <= to_timestamp(b.seen_s) AND a.pid = b.pid`;

const FROM = `pg_stat_activity a, unnest($1::int[], $2::float8[]) AS b (pid, seen_s)`;

const lists = (backends: readonly Backend[]): unknown[] => [
  backends.map(({ pid }) => pid),
  backends.map(({ seenS }) => seenS),
];

/** Returns those that may be executing a statement: their connections are slow, but not silent. */
export async function findActive(ask: Ask, backends: readonly Backend[]): Promise<ReadonlySet<number>> {
  const { rows } = await ask(
    `SELECT a.pid FROM ${FROM} WHERE ${OURS} AND coalesce(a.state, '') NOT LIKE 'idle%'`,
    lists(backends),
  );
  return new Set((rows as readonly { readonly pid: number }[]).map(({ pid }) => pid));
}

/** Ends backends whose connections were closed: one that waits for a lock would otherwise remain and count in max_connections. */
export async function endBackends(ask: Ask, backends: readonly Backend[]): Promise<void> {
  if (backends.length === 0) return;
  await ask(`SELECT pg_terminate_backend(a.pid) FROM ${FROM} WHERE ${OURS}`, lists(backends));
}
