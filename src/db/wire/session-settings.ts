// The settings that our statements rely on, and how they are applied on a connection with other defaults. A host may have changed any of
// them for its role, its database or its pool. `search_path` and `TimeZone` are not among them: any will do.
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

/** With these the server notices within about ten seconds that we are gone, also while a statement runs. Not every server has all. */
const NOTICE_ABSENCE: readonly (readonly [name: string, value: string])[] = [
  ['tcp_keepalives_idle', '5'],
  ['tcp_keepalives_interval', '2'],
  ['tcp_keepalives_count', '3'],
  ['tcp_user_timeout', '10000'],
  ['client_connection_check_interval', '2s'],
];

/** How long a transaction of ours may wait for its next statement: a process that was stopped in the middle holds row locks. */
const IDLE_IN_TRANSACTION: readonly [name: string, value: string] = ['idle_in_transaction_session_timeout', '30s'];

const LOOK = `SELECT ${[...SETTINGS, ...OF_TRANSACTIONS]
  .map(([name, value, good = `= '${value}'`]) => `current_setting('${name}') ${good}`)
  .join(' AND ')} AS suitable, pg_backend_pid() AS pid, extract(epoch FROM clock_timestamp())::float8 AS seen_s,
  current_setting('${IDLE_IN_TRANSACTION[0]}')::interval BETWEEN '1 ms' AND '${IDLE_IN_TRANSACTION[1]}' AS bounded`;

type Values = readonly (readonly [name: string, value: string, ...rest: readonly unknown[]])[];

const statements = (set: string, settings: Values): string =>
  settings.map(([name, value]) => `${set} ${name} = '${value}'`).join('; ');

const SET_BOUND = statements('SET LOCAL', [IDLE_IN_TRANSACTION]);

/** Begins a transaction in which the settings hold, in one round trip. */
export const BEGIN_WITH_SETTINGS = `BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; ${statements('SET LOCAL', SETTINGS)}; ${SET_BOUND}`;

/** For a connection of our own that goes to the server directly. */
export const SET_FOR_SESSION = statements('SET', [...SETTINGS, ...OF_TRANSACTIONS]);

/** One by one, for a server that may refuse some. */
export const SETTINGS_THAT_NOTICE_ABSENCE: readonly string[] = NOTICE_ABSENCE.map((one) => statements('SET', [one]));

/** Sets what this server knows, in one round trip. */
const SET_WHAT_IS_KNOWN = `SELECT set_config(name, value, false)
  FROM (VALUES ${[...NOTICE_ABSENCE, IDLE_IN_TRANSACTION].map(([name, value]) => `('${name}', '${value}')`).join(', ')})
    AS wanted (name, value)
 WHERE current_setting(name, true) IS NOT NULL`;

export interface ConnectionFacts {
  /** The settings that we rely on hold by default. */
  readonly suitable: boolean;
  /** Begins a transaction in which they hold. */
  readonly begin: string;
  /** Null behind a pooler: another one may serve the next statement. */
  readonly backend: Backend | null;
}

interface Look {
  readonly suitable: boolean;
  readonly pid: number;
  readonly seen_s: number;
  readonly bounded: boolean;
}

/** Whether the settings hold on this connection as it is; on one of our own they are made to hold. */
export async function lookAtSettings(client: ClientBase, ours: boolean): Promise<ConnectionFacts> {
  const { rows } = await client.query<Look>({ text: LOOK, types: RESULT_TYPES });
  const { suitable, pid, seen_s: seenS, bounded } = rows[0]!;
  // behind a pooler a setting would outlive our turn
  const direct = pid === (client as unknown as { processID: number | null }).processID;
  const backend = direct ? { pid, seenS } : null;
  if (ours && direct) {
    if (!suitable) await client.query(SET_FOR_SESSION);
    const set = await client.query(SET_WHAT_IS_KNOWN).catch(() => null); // a platform may refuse what its server knows
    return { suitable: true, begin: bounded || set ? 'BEGIN' : `BEGIN; ${SET_BOUND}`, backend };
  }
  return { suitable, begin: suitable ? (bounded ? 'BEGIN' : `BEGIN; ${SET_BOUND}`) : BEGIN_WITH_SETTINGS, backend };
}
