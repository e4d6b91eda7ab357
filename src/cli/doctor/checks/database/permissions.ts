// What the role may do on our tables and on the host's two.
import { grantsFor } from '../../../../db/grants.js';
import { readPrivileges, type Privileges } from '../../../../db/doctor/privileges.js';
import { readAdoptedTables } from '../../../../db/subscriptions/subscription-set.js';
import { quoteIdentifier, quoteTable, SUBSCRIPTION_TABLES, type RowTables } from '../../../../db/names.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

interface Facts extends Privileges {
  readonly schema: string;
  /** What an administrator runs. */
  readonly grants: readonly string[];
}

const SHOWN = 5;

function decidePermissions(facts: Facts): Finding {
  const { role, schema } = facts;
  if (!facts.schema_exists) {
    if (facts.may_create_schema) return ok(`${role} may create the schema ${schema}`);
    return {
      status: 'fail',
      message: `the schema ${schema} does not exist, and ${role} may not create it`,
      sql: [`CREATE SCHEMA ${quoteIdentifier(schema)} AUTHORIZATION ${quoteIdentifier(role)}`],
    };
  }
  const lacking = [...(facts.uses_schema ? [] : [`USAGE on schema ${schema}`]), ...facts.missing];
  if (lacking.length === 0 && !facts.hidden_by_policies) return ok(`${role} has all privileges that it needs`);
  const what =
    lacking.length === 0
      ? 'row security hides the jobs from it'
      : `it lacks ${lacking.slice(0, SHOWN).join('; ')}${lacking.length > SHOWN ? ` and ${lacking.length - SHOWN} more` : ''}`;
  return {
    status: 'fail',
    message: `the role ${role} cannot run the scheduler: ${what}`,
    todo: 'as the owner of the tables, run:',
    sql: facts.grants,
  };
}

async function probe({ db, config }: Patient): Promise<Facts> {
  const { schema } = config.database;
  const tables = await readAdoptedTables(db).catch(() => configured(config)); // it may lack the privilege to query this
  const host = tables === null ? [] : [quoteTable(tables.entities), quoteTable(tables.processing)];
  const privileges = await readPrivileges(db, host);
  return { ...privileges, schema, grants: grantsFor({ schema, role: privileges.role, tables }) };
}

const configured = ({ subscriptions: { table, processingTable } }: Patient['config']): RowTables => ({
  ...SUBSCRIPTION_TABLES,
  ...(table === null ? {} : { entities: table }),
  ...(processingTable === null ? {} : { processing: processingTable }),
});

export const permissions = defineCheck<Facts>({
  name: 'permissions',
  needsDatabase: true,
  probe,
  decide: decidePermissions,
});
