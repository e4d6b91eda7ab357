// What the holder of the test server and the tests themselves share: names, URLs and the administrator's connection.
import pg from 'pg';

/** Where a test run keeps its databases. */
export interface TestServer {
  readonly url: string;
  /** Every database of this run has a name that begins so. */
  readonly prefix: string;
  readonly template: string;
  /** Why the template could not be migrated: fails the tests that need it, and no others. */
  readonly problem: string | null;
}

export const TEST_SERVER_VARIABLE = 'PUNCTUAL_TEST_SERVER';

/** The URL of a database on the test server. */
export function urlOf(server: TestServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs something on a connection of its own to the server's maintenance database. */
export async function onServer<T>(server: TestServer, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

export const dropDatabase = (server: TestServer, name: string): Promise<unknown> =>
  onServer(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

/** Drops whatever this run has left, the template included. */
export async function dropDatabases(server: TestServer): Promise<void> {
  await onServer(server, async (admin) => {
    const found = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [server.prefix],
    );
    for (const { datname } of found.rows) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}
