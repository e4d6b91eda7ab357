// What every fault test begins with: a database, a receiver, instances on both, and the proof that nothing was missed.
import { expect } from '@jest/globals';
import type pg from 'pg';
import { createEmptyDatabase, createTestDatabase } from '../database.js';
import { endInstance, startInstance, type Instance, type InstanceSetup } from './instances.js';
import { ledgerOf, untilIdle, untilSettled, type OccurrenceKey } from './occurrences.js';
import { startReceiver, type Receiver } from '../servers/receiver.js';

/** `FLOWS_LONG=1`: more of everything, for a night rather than for every commit. */
const LONG = process.env['FLOWS_LONG'] === '1';

/** Rounds or rows: the first by default, the second in the long form. */
export const inLength = (usual: number, long: number): number => (LONG ? long : usual);

interface FlowDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

type Env = NonNullable<InstanceSetup['env']>;

export interface Flow {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly receiver: Receiver;
  /** Starts an instance and waits until it is ready. */
  start(env?: Env, setup?: Partial<InstanceSetup>): Promise<Instance>;
  /** Starts the given number of them at once. */
  startMany(count: number, env?: Env): Promise<Instance[]>;
  /** Waits until all of `keys` are settled and nothing is left to do, then asserts that none is missing, none foreign, none settled twice. */
  expectDelivered(keys: readonly OccurrenceKey[], timeoutMs?: number): Promise<void>;
  /** Forgets all subscriptions, their ledger and the receiver's calls, between two tests of one file. */
  reset(): Promise<void>;
  /** Ends everything, the instances first. */
  close(): Promise<void>;
}

export interface FlowOptions {
  /** Default: a migrated one on the server of the test run. */
  readonly database?: FlowDatabase | 'empty';
}

/** Opens a flow; `close` it in afterAll. */
export async function openFlow({ database: given }: FlowOptions = {}): Promise<Flow> {
  const database = given === 'empty' ? await createEmptyDatabase() : (given ?? (await createTestDatabase()));
  const receiver = await startReceiver();
  const instances: Instance[] = [];

  const start: Flow['start'] = async (env = {}, setup = {}) => {
    const instance = await startInstance({ databaseUrl: database.url, receiverUrl: receiver.url, env, ...setup });
    instances.push(instance);
    return instance;
  };

  return {
    url: database.url,
    pool: database.pool,
    receiver,
    start,
    startMany: (count, env = {}) => Promise.all(Array.from({ length: count }, () => start(env))),
    expectDelivered: async (keys, timeoutMs) => {
      await untilSettled(database.pool, keys.length, timeoutMs);
      await untilIdle(database.pool);
      const ledger = await ledgerOf(database.pool);
      const wanted = [...keys].sort();
      expect(ledger.map(({ key }) => key).sort()).toEqual(wanted);
      expect(ledger.filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
      expect([...receiver.repeats().keys()].sort()).toEqual(wanted);
    },
    reset: async () => {
      await database.pool.query('TRUNCATE subscriptions, subscription_processing, punctual.subscription_runs');
      receiver.calls.length = 0;
    },
    close: async () => {
      await Promise.all(instances.map(endInstance));
      await receiver.close();
      await database.close();
    },
  };
}
