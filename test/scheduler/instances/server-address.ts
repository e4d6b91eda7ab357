// Where the test server listens, for proxies in front of it.
import pg from 'pg';

/** A unix socket or a TCP port, and the client settings that go through `port` on loopback instead. */
export function addressOf(url: string): {
  target: { host: string; port: number } | { path: string };
  through: (port: number) => pg.ClientConfig;
} {
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  return {
    target: host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    through: (proxied) => ({ host: '127.0.0.1', port: proxied, user, password: password ?? undefined, database }),
  };
}
