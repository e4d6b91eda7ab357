// Borrows connections from a pool, and handles silent ones: no statement waits on one for long, and none leaves a backend behind.
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
  /** Sends a statement and notes how long its answer takes. */
  watched<T>(ask: () => Promise<T>): Promise<T>;
  /** The connection is not given back to the pool, but closed. */
  broken(error: Error): void;
}

export interface WatchedPool {
  /** Gives the connection back, or away when it is said to be broken. */
  withClient<T>(work: (lease: Lease) => Promise<T>): Promise<T>;
  /** What this connection is by default; the first time it costs a round trip. */
  factsOf(lease: Lease): Promise<ConnectionFacts>;
  /** See Database. */
  cutSilent(waitedMs: number): number;
  /** See Database. */
  leftBehind(backend: Backend): void;
  /** See Database. */
  lookAfterSilent(waitedMs: number): Promise<void>;
}

/** A pool of a host may let its callers wait without a limit; ours has one. */
const CONNECT_LIMIT_MS = 30_000;
const LOOK_LIMIT_MS = 5_000;
/** How long a new connection waits for backends of lost ones to be ended. */
const ROOM_LIMIT_MS = 3_000;
const CANCEL_LIMIT_MS = 1_000;
/** Behind a pooler nobody can tell a slow statement from a silent connection; none of ours takes that long. */
const UNKNOWN_LIMIT_MS = 120_000;

export function watchPool(pool: pg.Pool): WatchedPool {
  const silence = createSilence();
  /** Their sockets are about to be cut, answered or not: the pool must not hand them out again. */
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

  /** A backend that was left behind counts: with new connections beside them there would be more than the pool may have. */
  async function makeRoom(): Promise<void> {
    if (pool.idleCount > 0) return;
    ending ??= question(endLeft).finally(() => (ending = null));
    await within(ROOM_LIMIT_MS, ending, 'ending backends of lost connections').catch(() => {}); // tried again later
  }

  /** When one connection was found silent, those that were last heard of before it are not waited for one by one. */
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

  /** An answer may be on its way while we ask whether it will come. */
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
      // a pool listens to its idle clients only: a connection lost in here would otherwise end the process
      const onError = (error: Error): void => {
        silence.lost(client);
        breakIt(error);
      };
      client.on('error', onError);
      try {
        return await work({ client, watched: (ask) => watched(client, ask), broken: breakIt });
      } finally {
        client.release(broken ?? (givenUp.has(client) ? new Error('its statement was given up') : undefined));
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
