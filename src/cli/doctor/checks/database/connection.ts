// The database of DATABASE_URL: its version, and whether it accepts writes.
import { readServerFacts, type ServerFacts } from '../../../../db/doctor/server-facts.js';
import { defineCheck, ok, type Finding } from '../../check.js';

const OLDEST = 140_000;

function decideConnection({ version, version_number: number, standby, role, database }: ServerFacts): Finding {
  if (number < OLDEST) {
    return { status: 'fail', message: `PostgreSQL ${version} is too old`, todo: 'upgrade to PostgreSQL 14 or newer' };
  }
  if (standby) {
    return {
      status: 'fail',
      message: `the server of database ${database} is a standby and does not accept writes`,
      todo: 'point DATABASE_URL at the primary, or name all hosts with target_session_attrs=read-write',
    };
  }
  return ok(`PostgreSQL ${version}, database ${database}, role ${role}`);
}

export const connection = defineCheck<ServerFacts>({
  name: 'connection',
  needsDatabase: true,
  probe: ({ db }) => readServerFacts(db),
  decide: decideConnection,
});
