// Session locks and LISTEN need a connection that does not go through a transaction pooler.
import { newClient } from '../../../../db/connect/new-client.js';
import { endClient } from '../../../../db/connect/end-connection.js';
import { readBackendPid } from '../../../../db/doctor/server-facts.js';
import { findBackend } from '../../../../db/pool.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface DirectFacts {
  readonly variable: 'DATABASE_DIRECT_URL' | 'DATABASE_URL';
  /** null: no pooler in between. */
  readonly pooler: 'transaction' | 'session' | null;
}

const LIMIT_MS = 10_000;

function decideDirectConnection({ variable, pooler }: DirectFacts): Finding {
  if (pooler === null) return ok(`${variable} reaches the server itself`);
  return {
    status: 'fail',
    message: `${variable} goes through a pooler in ${pooler} mode: the locks that show which instances are alive would not hold`,
    todo: 'set DATABASE_DIRECT_URL to the server itself; DATABASE_URL may still point to the pooler',
  };
}

/** A pooler reports its own process id. In transaction mode a second client is served by the backend of the first. */
async function probe({ config }: Patient): Promise<DirectFacts> {
  const variable = config.database.directUrl === config.database.url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  const connectionString = config.database.directUrl ?? '';
  const clients = [1, 2].map(() => newClient({ connectionString, connectionTimeoutMillis: LIMIT_MS }));
  clients.forEach((client) => client.on('error', () => {}));
  const [first, second] = clients as [(typeof clients)[0] & object, (typeof clients)[0] & object];
  try {
    await first.connect();
    if ((await findBackend(first)) !== null) return { variable, pooler: null };
    await second.connect();
    const pids = [];
    for (const client of [first, second]) {
      pids.push(await readBackendPid(client));
    }
    return { variable, pooler: pids[0] === pids[1] ? 'transaction' : 'session' };
  } finally {
    for (const client of clients) void endClient(client, 1_000);
  }
}

export const directConnection = defineCheck<DirectFacts>({
  name: 'direct connection',
  needsDatabase: true,
  probe,
  decide: decideDirectConnection,
});
