// Stops transactions at their very commit, so that a process can be killed there: before it, or after it and before it hears of it.
import pg from 'pg';
import type { TestDatabase } from '../../../support/database.js';
import { waitFor } from '../../../support/wait-for.js';

export interface HeldCommits {
  /** Resolves when a transaction stands at its commit. */
  reached(): Promise<void>;
  /** What stands there is rolled back, as when its connection is lost before the commit. */
  rollBack(): Promise<void>;
  /** What stands there commits, and so does everything after it. */
  release(): Promise<void>;
}

const LOCK = 4_711;

/** `table` and `when` (over NEW) say which rows' transactions are held. Its statements name tables with their schema. */
export async function holdCommits(
  { url, pool }: TestDatabase,
  { table, event, when }: { readonly table: string; readonly event: 'INSERT' | 'UPDATE'; readonly when: string },
): Promise<HeldCommits> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
  await pool.query(`
    CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_commit AFTER ${event} ON ${table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION wait_at_commit()`);
  const waiting = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`;
  const held = async (): Promise<number> => (await pool.query(waiting)).rows.length;
  return {
    reached: async () => void (await waitFor(held, { what: `a transaction at its commit in ${table}` })),
    rollBack: async () => {
      await pool.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) held`);
      await waitFor(async () => (await held()) === 0);
    },
    release: async () => {
      await holder.end();
      await waitFor(async () => (await held()) === 0);
      await pool.query(`DROP TRIGGER wait_at_commit ON ${table}; DROP FUNCTION wait_at_commit()`);
    },
  };
}
