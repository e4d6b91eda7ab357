// Defaults of the role and the database that every statement would have to work around.
import { readServerFacts, type ServerFacts } from '../../../../db/doctor/server-facts.js';
import { quoteIdentifier } from '../../../../db/names.js';
import { defineCheck, ok, type Finding } from '../../check.js';

function decideIsolation({ isolation, read_only: readOnly, role }: ServerFacts): Finding {
  const who = `ALTER ROLE ${quoteIdentifier(role)} SET`;
  if (readOnly) {
    return {
      status: 'warn',
      message: 'transactions are read-only by default: each statement needs a transaction of its own',
      sql: [`${who} default_transaction_read_only = off`],
    };
  }
  if (isolation !== 'read committed') {
    return {
      status: 'warn',
      message: `the default isolation level is ${isolation}: each statement needs a transaction of its own`,
      sql: [`${who} default_transaction_isolation = 'read committed'`],
    };
  }
  return ok('read committed, read and write');
}

export const isolation = defineCheck<ServerFacts>({
  name: 'isolation level',
  needsDatabase: true,
  probe: ({ db }) => readServerFacts(db),
  decide: decideIsolation,
});
