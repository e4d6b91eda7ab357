// Ends connections without waiting for responses that may never come: over a network that fell silent a farewell is not heard.
import pg from 'pg';
import { sleep } from '../../base/timing/sleep.js';

/** The parts of a client that pg does not document; a native one has no socket that could be cut. */
interface Inner {
  readonly connection?: {
    readonly stream: { destroy(): void };
    connect(port: number | string, host?: string): void;
    cancel(processId: number, secretKey: unknown): void;
    on(event: string, listener: () => void): void;
  };
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: unknown;
}

const inner = (client: pg.ClientBase): Inner => client as unknown as Inner;

/** Cuts the socket: what waits on it fails at once. The server may not hear of it. */
export const destroyConnection = (client: pg.ClientBase): void => inner(client).connection?.stream.destroy();

/** Ends a client of our own: with a farewell if it is sent within `limitMs`, by cutting the socket if not. Never rejects. */
export async function endClient(client: pg.Client, limitMs: number): Promise<void> {
  const patience = new AbortController();
  const farewell = client
    .end()
    .catch(() => {})
    .finally(() => patience.abort());
  await Promise.race([farewell, sleep(limitMs, patience.signal)]);
  destroyConnection(client);
}

/**
 * Asks the server over a new socket to give up the statement that runs on this connection, which a lost connection alone does
 * not do. Resolves when the request was taken, and after `limitMs` in any case. Never rejects.
 */
export async function cancelStatement(client: pg.ClientBase, config: pg.ClientConfig, limitMs: number): Promise<void> {
  const { host, port, processID, secretKey } = inner(client);
  const { connection } = inner(new pg.Client(config));
  if (connection === undefined || processID === null) return;
  const patience = new AbortController();
  for (const event of ['error', 'end']) connection.on(event, () => patience.abort());
  connection.on('connect', () => connection.cancel(processID, secretKey));
  if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
  await sleep(limitMs, patience.signal);
  connection.stream.destroy();
}
