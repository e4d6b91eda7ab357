// Borrows connections from a pool, and handles silent ones: no statement waits on them for long, and they leave no backends behind.
import type pg from 'pg';
import { sleep } from '../base/timing/sleep.js';
import { SECOND_LOOK_MS, within } from '../base/timing/within.js';
import { cancelStatement, destroyConnection } from './connect/end-connection.js';
import { withFreshClient } from './connect/fresh-client.js';
import { configOfPool, isOwnPool } from './pool.js';
import { createSilence, type Backend, type Slow } from './silence.js';
import { endBackends, findActive, type Ask } from './wire/backends.js';
import { neverSent, statementError, unavailable } from './wire/connection-errors.js';
import { lookAtSettings, type ConnectionFacts } from './wire/session-settings.js';

export interface Lease {
  readonly client: pg.PoolClient;
  /** Sends a statement and records how long its response takes. */
  watched<T>(ask: () => Promise<T>): Promise<T>;
  /** Closes the connection instead of returning it to the pool. */
  broken(error: Error): void;
}

export interface WatchedPool {
  /** Returns the connection to the pool, or closes it if it was reported as broken. */
  withClient<T>(work: (lease: Lease) => Promise<T>): Promise<T>;
  /** The default settings of this connection; the first call costs a round trip. */
  factsOf(lease: Lease): Promise<ConnectionFacts>;
  /** See Database. */
  cutSilent(waitedMs: number): number;
  /** See Database. */
  leftBehind(backend: Backend): void;
  /** See Database. */
  lookAfterSilent(waitedMs: number): Promise<void>;
}

/** Time limit for connecting. The host's pool may have none, but ours must. */
const CONNECT_LIMIT_MS = 30_000;
const LOOK_LIMIT_MS = 5_000;
/** How long a new connection waits until the backends of lost ones have been ended. */
const ROOM_LIMIT_MS = 3_000;
const CANCEL_LIMIT_MS = 1_000;
/** Behind a pooler, a slow statement cannot be distinguished from a silent connection; none of ours takes this long. */
const UNKNOWN_LIMIT_MS = 120_000;

export function watchPool(pool: pg.Pool): WatchedPool {
  const silence = createSilence();
  /** Connections whose sockets are about to be closed, even if a response arrives: the pool must not use them again. */
  const givenUp = new WeakSet<pg.PoolClient>();
  const facts = new WeakMap<pg.PoolClient, ConnectionFacts>();
  const ours = isOwnPool(pool);
  let ending: Promise<void> | null = null;
  if (ours) pool.on('error', (_error, client) => silence.lost(client));

  const askOn =
    (client: pg.Client): Ask =>
    (text, values) =>
      client.query(text, values);

  const question = <T>(work: (ask: Ask) => Promise<T>): Promise<T> =>
    withFreshClient(configOfPool(pool), LOOK_LIMIT_MS, (client) => work(askOn(client)));

  async function endLeft(ask: Ask): Promise<void> {
    const left = silence.takeLeft();
    await endBackends(ask, left).catch((error: unknown) => {
      silence.putBack(left);
      throw error;
    });
  }

  /** Backends left behind count: together with new connections, there would be more than the pool may have. */
  async function makeRoom(): Promise<void> {
    if (pool.idleCount > 0) return;
    ending ??= question(endLeft).finally(() => (ending = null));
    await within(ROOM_LIMIT_MS, ending, 'ending backends of lost connections').catch(() => {}); // tried again later
  }

  /** After one connection was found silent, those that last responded before it are replaced at once. */
  async function connect(): Promise<pg.PoolClient> {
    for (;;) {
      if (silence.hasLeft) await makeRoom();
      const client = await inTime(pool);
      if (!silence.isSuspect(client)) return client;
      client.release(new Error('this connection may have fallen silent'));
      silence.lost(client);
      destroyConnection(client);
    }
  }

  function giveUp(waitedMs: number, only?: ReadonlySet<pg.PoolClient>): number {
    const clients = silence.giveUp(waitedMs, only);
    for (const client of clients) {
      givenUp.add(client);
      void cancelStatement(client, configOfPool(pool), CANCEL_LIMIT_MS).then(() => destroyConnection(client));
    }
    return clients.length;
  }

  /** A response may arrive while we ask the server whether the statement is running. */
  async function giveUpSilent(ask: Ask, slow: readonly Slow[], waitedMs: number): Promise<void> {
    const known = slow.filter((entry): entry is Slow & { backend: Backend } => entry.backend !== null);
    if (known.length === 0) return;
    const active = await findActive(
      ask,
      known.map(({ backend }) => backend),
    );
    const silent = new Set(known.filter(({ backend }) => !active.has(backend.pid)).map(({ client }) => client));
    if (silent.size === 0) return;
    await sleep(SECOND_LOOK_MS);
    for (const client of silence.giveUp(waitedMs, silent)) destroyConnection(client);
    await endLeft(ask);
  }

  return {
    async withClient(work) {
      const client = await connect();
      let broken: Error | undefined;
      const breakIt = (error: Error): void => void (broken = error);
      // a pool listens for errors only on idle clients; without this, the loss of a connection would end the process
      const onError = (error: Error): void => {
        silence.lost(client);
        breakIt(error);
      };
      client.on('error', onError);
      try {
        return await work({ client, watched: (ask) => watched(client, ask), broken: breakIt });
      } finally {
        client.release(broken ?? (givenUp.has(client) ? new Error('its statement was abandoned') : undefined));
        client.off('error', onError);
      }
    },
    async factsOf({ client }) {
      const known = facts.get(client);
      if (known !== undefined) return known;
      const found = await watched(client, () => lookAtSettings(client, ours)).catch((error: unknown) => {
        throw neverSent(error);
      });
      facts.set(client, found);
      silence.know(client, found.backend);
      return found;
    },
    cutSilent: (waitedMs) => giveUp(waitedMs),
    leftBehind: silence.leftBehind,
    async lookAfterSilent(waitedMs) {
      const slow = silence.slow(waitedMs);
      giveUp(UNKNOWN_LIMIT_MS, new Set(slow.filter(({ backend }) => backend === null).map(({ client }) => client)));
      if (!silence.hasLeft && !slow.some(({ backend }) => backend !== null)) return;
      await question(async (ask) => {
        await endLeft(ask);
        await giveUpSilent(ask, slow, waitedMs);
      });
    },
  };

  async function watched<T>(client: pg.PoolClient, ask: () => Promise<T>): Promise<T> {
    silence.asked(client);
    try {
      return await ask();
    } catch (error) {
      throw statementError(error);
    } finally {
      silence.answered(client);
    }
  }
}

async function inTime(pool: pg.Pool): Promise<pg.PoolClient> {
  const connecting = pool.connect().catch((error: unknown) => {
    throw neverSent(unavailable(error));
  });
  if (pool.options.connectionTimeoutMillis) return connecting;
  return within(CONNECT_LIMIT_MS, connecting, 'a connection of the pool').catch((error: unknown) => {
    connecting.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  });
}
