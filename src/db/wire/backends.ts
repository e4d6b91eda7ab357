// Backends of this server that belong to connections of ours.
import type { Backend } from '../silence.js';

/** Runs a statement on a connection that is not suspect. */
export type Ask = (text: string, values: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;

// a host may have changed the role of its sessions: what counts is whom they logged in as
const OURS = `usename = session_user AND datname = current_database()
  AND backend_start <= to_timestamp(b.seen_s) AND a.pid = b.pid`;

const FROM = `pg_stat_activity a, unnest($1::int[], $2::float8[]) AS b (pid, seen_s)`;

const lists = (backends: readonly Backend[]): unknown[] => [
  backends.map(({ pid }) => pid),
  backends.map(({ seenS }) => seenS),
];

/** Those of them that may be at work on a statement: their connections are slow and not silent. */
export async function findActive(ask: Ask, backends: readonly Backend[]): Promise<ReadonlySet<number>> {
  const { rows } = await ask(
    `SELECT a.pid FROM ${FROM} WHERE ${OURS} AND coalesce(a.state, '') NOT LIKE 'idle%'`,
    lists(backends),
  );
  return new Set((rows as readonly { readonly pid: number }[]).map(({ pid }) => pid));
}

/** Ends backends whose connections were cut: a statement that waits for a lock would keep them, and its place in max_connections. */
export async function endBackends(ask: Ask, backends: readonly Backend[]): Promise<void> {
  if (backends.length === 0) return;
  await ask(`SELECT pg_terminate_backend(a.pid) FROM ${FROM} WHERE ${OURS}`, lists(backends));
}
