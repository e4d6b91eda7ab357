// The settings that our statements rely on, and how they come to hold on a connection whose defaults are others. A host may have
// changed any of them for its role, its database or its pool. `search_path` and `TimeZone` are not among them: any will do.
import type { ClientBase } from 'pg';
import type { Backend } from '../silence.js';
import { RESULT_TYPES } from './result-types.js';

/** Each with the value we set and the values that are as good. */
const SETTINGS: readonly (readonly [name: string, value: string, good?: string])[] = [
  ['datestyle', 'ISO', `LIKE 'ISO,%'`],
  ['intervalstyle', 'postgres'],
  ['extra_float_digits', '1', `IN ('1', '2', '3')`],
  ['bytea_output', 'hex'],
  ['array_nulls', 'on'],
  ['standard_conforming_strings', 'on'],
  ['quote_all_identifiers', 'off'],
  ['row_security', 'on'],
];

const OF_TRANSACTIONS: typeof SETTINGS = [
  ['default_transaction_isolation', 'read committed'],
  ['default_transaction_read_only', 'off'],
];

const LOOK = `SELECT ${[...SETTINGS, ...OF_TRANSACTIONS]
  .map(([name, value, good = `= '${value}'`]) => `current_setting('${name}') ${good}`)
  .join(' AND ')} AS suitable, pg_backend_pid() AS pid, extract(epoch FROM clock_timestamp())::float8 AS seen_s`;

const statements = (set: string, settings: typeof SETTINGS): string =>
  settings.map(([name, value]) => `${set} ${name} = '${value}'`).join('; ');

/** Begins a transaction in which the settings hold, in one round trip. */
export const BEGIN_WITH_SETTINGS = `BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; ${statements('SET LOCAL', SETTINGS)}`;

/** For a connection of our own that goes to the server directly. */
export const SET_FOR_SESSION = statements('SET', [...SETTINGS, ...OF_TRANSACTIONS]);

export interface ConnectionFacts {
  /** The settings that we rely on hold by default. */
  readonly suitable: boolean;
  /** Null behind a pooler: another one may serve the next statement. */
  readonly backend: Backend | null;
}

/** Whether the settings hold on this connection as it is; on one of our own they are made to hold. */
export async function lookAtSettings(client: ClientBase, ours: boolean): Promise<ConnectionFacts> {
  const { rows } = await client.query<{ suitable: boolean; pid: number; seen_s: number }>({
    text: LOOK,
    types: RESULT_TYPES,
  });
  const { suitable = false, pid = 0, seen_s: seenS = 0 } = rows[0] ?? {};
  // behind a pooler a setting would outlive our turn
  const direct = pid === (client as unknown as { processID: number | null }).processID;
  const backend = direct ? { pid, seenS } : null;
  if (suitable || !ours || !direct) return { suitable, backend };
  await client.query(SET_FOR_SESSION);
  return { suitable: true, backend };
}
