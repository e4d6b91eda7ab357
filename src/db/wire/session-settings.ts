// The settings that our statements rely on, and how they are applied on a connection with other defaults. A host may have changed any of
// them for its role, its database or its pool. They do not include `search_path` and `TimeZone`, which may have any value.
import type { ClientBase } from 'pg';
import type { Backend } from '../silence.js';
import { RESULT_TYPES } from './result-types.js';

/** Each with the value that we set, and other values that are suitable as well. */
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

/** With these, the server notices a lost connection within about ten seconds, also during a statement. Not every server has all of them. */
const NOTICE_ABSENCE: readonly (readonly [name: string, value: string])[] = [
  ['tcp_keepalives_idle', '5'],
  ['tcp_keepalives_interval', '2'],
  ['tcp_keepalives_count', '3'],
  ['tcp_user_timeout', '10000'],
  ['client_connection_check_interval', '2s'],
];

/** How long our transactions may wait for their next statement: a process that is suspended in the middle holds row locks. */
const IDLE_IN_TRANSACTION: readonly [name: string, value: string] = ['idle_in_transaction_session_timeout', '30s'];

const LOOK = `SELECT ${[...SETTINGS, ...OF_TRANSACTIONS]
  .map(([name, value, good = `= '${value}'`]) => `current_setting('${name}') ${good}`)
  .join(' AND ')} AS suitable, pg_backend_pid() AS pid, extract(epoch FROM clock_timestamp())::float8 AS seen_s,
  current_setting('${IDLE_IN_TRANSACTION[0]}')::interval BETWEEN '1 ms' AND '${IDLE_IN_TRANSACTION[1]}' AS bounded`;

type Values = readonly (readonly [name: string, value: string, ...rest: readonly unknown[]])[];

const statements = (set: string, settings: Values): string =>
  settings.map(([name, value]) => `${set} ${name} = '${value}'`).join('; ');

const SET_BOUND = statements('SET LOCAL', [IDLE_IN_TRANSACTION]);

/** Begins a transaction with these settings, in one round trip. */
const BEGIN_WITH_SETTINGS = `BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; ${statements('SET LOCAL', SETTINGS)}; ${SET_BOUND}`;

/** For our own connections that go directly to the server. */
export const SET_FOR_SESSION = statements('SET', [...SETTINGS, ...OF_TRANSACTIONS]);

/** One statement each, because a server may refuse some of them. */
export const SETTINGS_THAT_NOTICE_ABSENCE: readonly string[] = NOTICE_ABSENCE.map((one) => statements('SET', [one]));

/** Applies the settings that the server knows, in one round trip. */
const SET_WHAT_IS_KNOWN = `SELECT set_config(name, value, false)
  FROM (VALUES ${[...NOTICE_ABSENCE, IDLE_IN_TRANSACTION].map(([name, value]) => `('${name}', '${value}')`).join(', ')})
    AS wanted (name, value)
 WHERE current_setting(name, true) IS NOT NULL`;

export interface ConnectionFacts {
  /** The settings that we rely on are the defaults of the connection. */
  readonly suitable: boolean;
  /** The statement that begins a transaction with suitable settings. */
  readonly begin: string;
  /** Null behind a pooler, where each statement may have another backend. */
  readonly backend: Backend | null;
}

interface Look {
  readonly suitable: boolean;
  readonly pid: number;
  readonly seen_s: number;
  readonly bounded: boolean;
}

/** Reads whether the connection has suitable settings; on our own connections (`ours`), applies them. */
export async function lookAtSettings(client: ClientBase, ours: boolean): Promise<ConnectionFacts> {
  const { rows } = await client.query<Look>({ text: LOOK, types: RESULT_TYPES });
  const { suitable, pid, seen_s: seenS, bounded } = rows[0]!;
  // behind a pooler, a setting would remain for other clients
  const direct = pid === (client as unknown as { processID: number | null }).processID;
  const backend = direct ? { pid, seenS } : null;
  if (ours && direct) {
    if (!suitable) await client.query(SET_FOR_SESSION);
    const set = await client.query(SET_WHAT_IS_KNOWN).catch(() => null); // a platform may refuse settings that its server knows
    return { suitable: true, begin: bounded || set ? 'BEGIN' : `BEGIN; ${SET_BOUND}`, backend };
  }
  return { suitable, begin: suitable ? (bounded ? 'BEGIN' : `BEGIN; ${SET_BOUND}`) : BEGIN_WITH_SETTINGS, backend };
}
