// The preflight check of subscriptions: the host's tables are adopted as they are, or refused before anything is changed.
import { SchedulerError } from '../../../base/errors.js';
import type { Db } from '../../database.js';
import { quoteTable, type RowTables } from '../../names.js';
import { findProblems, type Problem } from './find-problems.js';
import { findTables, tablesOf, type TableNames } from './find-tables.js';
import { readTableFacts } from './read-table-facts.js';
import { refusedStatuses } from './refused-statuses.js';

/**
 * Finds the tables of subscriptions and checks whether they can be adopted. Otherwise rejects with MIGRATION_REFUSED, whose message
 * names each table and column, and what to do about it. Changes nothing.
 */
export async function checkHostTables(session: Db, schema: string, names: TableNames): Promise<RowTables> {
  const found = await findTables(session, names);
  const facts = await readTableFacts(session, found);
  const problems = [...findProblems(facts, schema)];
  const processing = facts.find(({ role }) => role === 'processing');
  const plainStatus = !problems.some(({ column, table }) => column === 'status' || table !== processing?.table);
  const tables = tablesOf(found);
  if (plainStatus && processing) problems.push(...(await statusProblems(session, processing.table, tables)));
  if (problems.length > 0) throw refusal(problems);
  return tables;
}

async function statusProblems(session: Db, table: string, { processing }: RowTables): Promise<Problem[]> {
  const refused = await refusedStatuses(session, quoteTable(processing));
  return [...new Set(refused.map(({ constraint }) => constraint))].map((name) => {
    const statuses = refused.filter(({ constraint }) => constraint === name).map(({ status }) => `'${status}'`);
    return {
      table,
      column: 'status',
      message: `has the check constraint ${name}, which refuses ${statuses.join(', ')}: widen or drop it first`,
    };
  });
}

function refusal(problems: readonly Problem[]): SchedulerError {
  const lines = problems.map(({ table, column, message }) => `${table}${column ? `.${column}` : ''} ${message}`);
  return new SchedulerError(
    'MIGRATION_REFUSED',
    `nothing was changed, because the existing tables cannot be adopted: ${lines.join('; ')}`,
    { problems },
  );
}
