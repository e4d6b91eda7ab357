// The privileges of a role that runs the scheduler without owning its tables: one role migrates, another one runs.
import { placeholders, quoteIdentifier, type RowTables } from './names.js';

export interface GrantOptions {
  readonly schema: string;
  /** The role that the server runs as. */
  readonly role: string;
  /** Null: no subscriptions are used. */
  readonly tables: RowTables | null;
}

/** The SQL that the role that migrates, or an administrator, runs once after each migration. */
export function grantsFor({ schema, role, tables }: GrantOptions): readonly string[] {
  const to = quoteIdentifier(role);
  const our = quoteIdentifier(schema);
  const host = tables === null ? null : placeholders(schema, tables);
  return [
    `GRANT USAGE ON SCHEMA ${our} TO ${to}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${our} TO ${to}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${our} TO ${to}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${our} TO ${to}`,
    // row security hides jobs from members of punctual_user, but this role processes all of them
    ...['jobs', 'job_logs'].flatMap((table) => [
      `DROP POLICY IF EXISTS runs_the_scheduler ON ${our}.${table}`,
      `CREATE POLICY runs_the_scheduler ON ${our}.${table} TO ${to} USING (true) WITH CHECK (true)`,
    ]),
    `DO $$ BEGIN GRANT punctual_user TO ${to}; EXCEPTION WHEN undefined_object OR insufficient_privilege THEN NULL; END $$`,
    ...(host === null ? [] : [`GRANT SELECT, INSERT, UPDATE, DELETE ON ${host.entities}, ${host.processing} TO ${to}`]),
  ];
}
