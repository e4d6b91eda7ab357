// Backends of this server that belong to connections of ours.
import type { Backend } from '../silence.js';

/** Runs a statement on a connection that is not suspect. */
type Ask = (text: string, values: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;

const OURS = `usename = current_user AND datname = current_database()
  AND backend_start <= to_timestamp(b.seen_s) AND a.pid = b.pid`;

/** Those of them that are at work on a statement: their connections are slow and not silent. */
export async function findActive(ask: Ask, backends: readonly Backend[]): Promise<readonly number[]> {
  const { rows } = await ask(
    `SELECT a.pid FROM pg_stat_activity a, unnest($1::int[], $2::float8[]) AS b (pid, seen_s)
      WHERE ${OURS} AND a.state IN ('active', 'fastpath function call')`,
    [backends.map(({ pid }) => pid), backends.map(({ seenS }) => seenS)],
  );
  return (rows as readonly { readonly pid: number }[]).map(({ pid }) => pid);
}

/** Ends backends whose connections were cut: a statement that waits for a lock would keep them, and its place in max_connections. */
export async function endBackends(ask: Ask, backends: readonly Backend[]): Promise<void> {
  await ask(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a, unnest($1::int[], $2::float8[]) AS b (pid, seen_s) WHERE ${OURS}`,
    [backends.map(({ pid }) => pid), backends.map(({ seenS }) => seenS)],
  );
}
