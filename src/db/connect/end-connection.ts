// Ends connections without waiting for responses that may never arrive, because the network may be silent.
import pg from 'pg';
import { sleep } from '../../base/timing/sleep.js';

/** The parts of a client that pg does not document; a native client has no socket that could be closed. */
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

/** Closes the socket, so that everything that waits for it fails at once. The server may not notice. */
export const destroyConnection = (client: pg.ClientBase): void => inner(client).connection?.stream.destroy();

/** Ends a client of our own: cleanly if that is possible within `limitMs`, otherwise by closing the socket. Never rejects. */
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
 * Requests the server, over a new socket, to cancel the statement that is running on this connection; the loss of the connection alone does
 * not do that. Resolves when the request was accepted, and after `limitMs` in any case. Never rejects.
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
