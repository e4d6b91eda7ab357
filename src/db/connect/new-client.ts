// Creates all our own connections, so that a connection string with several hosts works for each of them.
import pg from 'pg';
import { endClient } from './end-connection.js';
import { readSeveralHosts, type Address, type SeveralHosts, type TargetSession } from './several-hosts.js';
import { SchedulerError, toError } from '../../base/errors.js';
import { RESULT_TYPES } from '../wire/result-types.js';

type ClientClass = new (config?: pg.ClientConfig) => pg.Client;

/** Settings for pg; `Client` is the class that its pools use. */
export type ConnectionConfig = pg.ClientConfig & { readonly Client?: ClientClass };

/** A client that is not connected yet. Throws INVALID_CONFIG for a connection string that cannot be read. */
export function newClient(config: ConnectionConfig): pg.Client {
  const { Client = pg.Client, ...rest } = withHosts(config);
  return new Client({ types: RESULT_TYPES, ...rest });
}

/** The settings as pg understands them, with our own client if they name several hosts. */
export function withHosts<C extends ConnectionConfig>(config: C): C {
  const several = readSeveralHosts(config.connectionString);
  if (several === null) return config;
  return { ...config, connectionString: several.connectionString, Client: clientOf(several) };
}

/** Time limit of one host: the others must still be tried within the time that a pool allows for a new connection. */
const ASK_LIMIT_MS = 3_000;
const FAREWELL_MS = 1_000;

/** The undocumented fields in which pg stores the address; read when the connection is opened. */
interface Inner {
  host: string;
  port: number;
  connectionParameters: { host: string; port: number };
}

/** Tries the hosts in order at each connect, because another one may be the primary after a failover. */
function clientOf({ addresses, target }: SeveralHosts): ClientClass {
  return class extends pg.Client {
    readonly #config: pg.ClientConfig | undefined;

    constructor(config?: pg.ClientConfig) {
      super(config);
      this.#config = config;
    }

    override connect(): Promise<never>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): unknown {
      const connected = this.#connect();
      if (callback === undefined) return connected;
      return void connected.then(() => (callback as () => void)(), callback);
    }

    async #connect(): Promise<void> {
      const address = await choose(addresses, (candidate) => ask(this.#config ?? {}, candidate, target));
      const inner = this as unknown as Inner;
      Object.assign(inner, address);
      Object.assign(inner.connectionParameters, address);
      await super.connect();
    }
  };
}

async function choose(
  addresses: readonly Address[],
  question: (address: Address) => Promise<string | null>,
): Promise<Address> {
  const refusals: string[] = [];
  for (const address of addresses) {
    const refusal = await question(address);
    if (refusal === null) return address;
    refusals.push(`${address.host}:${address.port} ${refusal}`);
  }
  throw new SchedulerError('DATABASE_UNAVAILABLE', `none of the hosts is suitable: ${refusals.join('; ')}`);
}

/** Null if this host is suitable, otherwise the reason. */
async function ask(config: pg.ClientConfig, address: Address, target: TargetSession): Promise<string | null> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: ASK_LIMIT_MS, query_timeout: ASK_LIMIT_MS });
  client.on('error', () => {});
  Object.assign(client as unknown as Inner, address);
  try {
    await client.connect();
    if (target === 'any') return null;
    const { rows } = await client.query<{ standby: boolean; read_only: boolean }>({
      text: `SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') = 'on' AS read_only`,
      types: RESULT_TYPES,
    });
    if (rows[0]?.standby !== false) return 'is a standby';
    return target === 'read-write' && rows[0].read_only ? 'does not accept writes by default' : null;
  } catch (error) {
    return toError(error).message || (error as { code?: string }).code || 'cannot be reached';
  } finally {
    void endClient(client, FAREWELL_MS);
  }
}
