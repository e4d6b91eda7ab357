// A TCP proxy on loopback that can misbehave as networks do: cut, fall silent, refuse, come back.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type ProxyTarget = { readonly host: string; readonly port: number } | { readonly path: string };

export interface TcpProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections open now. */
  readonly connections: number;
  /** Ends every open connection: for both ends, or for one while the other hears nothing of it. New ones are welcome. */
  cut(side?: 'both' | 'client' | 'server'): void;
  /** Nothing passes any more, in neither direction, not even the end of a connection; what is sent waits, as retransmissions would. */
  swallow(): void;
  /** Ends new connections at once; those that are open go on. */
  refuse(): void;
  /** Everything passes again, what has waited first. */
  resume(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly flush: () => void;
  /** One end was cut on its own: the other does not hear of it. */
  severed: boolean;
}

type Mode = 'pass' | 'swallow' | 'refuse';

/** Passes bytes and ends on from one socket to the other, while `passing()`; `flush` catches up on what was held back. */
function forward(from: Socket, to: Socket, passing: () => boolean): { flush(): void } {
  let over = false;
  const end = (): void => {
    over = true;
    if (passing() && !to.destroyed) to.destroySoon();
  };
  from.on('data', (chunk) => {
    if (!to.destroyed && !to.write(chunk)) from.pause();
  });
  to.on('drain', () => {
    if (passing()) from.resume();
  });
  from
    .on('error', () => {})
    .on('end', end)
    .on('close', end);
  from.resume();
  return {
    flush() {
      from.resume();
      if (over) end();
    },
  };
}

/** Starts a proxy in front of a TCP port or a unix socket. */
export async function startTcpProxy(target: ProxyTarget): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let mode: Mode = 'pass';
  const waiting: Socket[] = [];

  const open = (client: Socket): void => {
    const server = connect(target);
    const passing = (): boolean => mode !== 'swallow' && !pair.severed;
    const flows = [forward(client, server, passing), forward(server, client, passing)];
    const pair: Pair = { client, server, flush: () => flows.forEach((flow) => flow.flush()), severed: false };
    pairs.add(pair);
    const forget = (): void => void (client.destroyed && server.destroyed && pairs.delete(pair));
    client.on('close', forget);
    server.on('close', forget);
  };

  const listener = createServer((client) => {
    client.on('error', () => {});
    if (mode === 'refuse') client.resetAndDestroy();
    else if (mode === 'swallow') waiting.push(client.pause());
    else open(client);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));

  const cut: TcpProxy['cut'] = (side = 'both') => {
    for (const pair of pairs) {
      pair.severed = side !== 'both';
      if (side !== 'server') pair.client.destroy();
      if (side !== 'client') pair.server.destroy();
    }
    if (side !== 'server') waiting.splice(0).forEach((socket) => socket.destroy());
  };

  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    cut,
    swallow() {
      mode = 'swallow';
      for (const { client, server } of pairs) [client, server].forEach((socket) => socket.pause());
    },
    refuse() {
      mode = 'refuse';
    },
    resume() {
      mode = 'pass';
      for (const pair of [...pairs]) pair.flush();
      waiting.splice(0).forEach(open);
    },
    close() {
      mode = 'pass';
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      cut();
      return closed;
    },
  };
}

export interface DatabaseProxy extends TcpProxy {
  /** The same database, reached through the proxy. */
  readonly url: string;
}

/** A proxy in front of a test database, whether it listens on a unix socket or on TCP. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get('host') ?? url.hostname;
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432));
  const proxy = await startTcpProxy(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  url.searchParams.delete('host');
  url.searchParams.delete('port');
  url.hostname = proxy.host;
  url.port = String(proxy.port);
  return Object.defineProperty(proxy, 'url', { value: url.href }) as DatabaseProxy;
}
