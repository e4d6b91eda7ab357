// Changes that operators made to a subscription, from the audit log: to it alone, and in bulk actions.
import type { Db } from '../../database.js';

export interface ChangeRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string | null;
  readonly details: unknown;
}

const MOST_OF_ONE = 10;
const MOST_OF_MANY = 20;

const COLUMNS = 'id, at, actor, action, target, details';

const ofOne = (action: string): string => `
(SELECT ${COLUMNS} FROM {schema}.audit_log WHERE target = $1 AND action = '${action}' ORDER BY id DESC LIMIT ${MOST_OF_ONE})`;

const ofMany = (action: string): string => `
(SELECT ${COLUMNS} FROM {schema}.audit_log WHERE target IS NULL AND action = '${action}' ORDER BY id DESC LIMIT ${MOST_OF_MANY})`;

const ACTIONS = ['subscription.create', 'subscription.update', 'subscription.pause', 'subscription.resume'];

const CHANGES = `SELECT * FROM (
  ${[...ACTIONS.map(ofOne), ofMany('subscription.pause'), ofMany('subscription.resume')].join(' UNION ALL ')}
) AS found ORDER BY id DESC`;

/** Newest first: the latest changes of this subscription, and the latest pauses and resumes by any filter. */
export async function listChanges(db: Db, subscriptionId: string): Promise<ChangeRow[]> {
  const { rows } = await db.query<ChangeRow & Record<string, unknown>>(CHANGES, [subscriptionId]);
  return rows;
}
