// The preflight check of subscriptions: the host's tables are adopted as they are, or refused before anything has changed.
import { SchedulerError } from '../../../base/errors.js';
import type { Db } from '../../database.js';
import { findProblems, type Problem } from './find-problems.js';
import { readTableFacts } from './read-table-facts.js';
import { refusedStatuses } from './refused-statuses.js';

/**
 * Rejects with MIGRATION_REFUSED when `subscriptions` or `subscription_processing` exist in a shape that we cannot work
 * with; the message names each table and column and says what to do. Changes nothing.
 */
export async function checkHostTables(db: Db): Promise<void> {
  const tables = await readTableFacts(db);
  const problems = [...findProblems(tables)];
  const plainStatus = !problems.some(({ column, table }) => column === 'status' || table === 'subscriptions');
  if (plainStatus && tables.length > 0) problems.push(...(await statusProblems(db)));
  if (problems.length > 0) throw refusal(problems);
}

async function statusProblems(db: Db): Promise<Problem[]> {
  const refused = await refusedStatuses(db);
  return [...new Set(refused.map(({ constraint }) => constraint))].map((name) => {
    const statuses = refused.filter(({ constraint }) => constraint === name).map(({ status }) => `'${status}'`);
    return {
      table: 'subscription_processing',
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
