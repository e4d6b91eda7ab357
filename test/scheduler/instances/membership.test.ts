// Instances on a real PostgreSQL: joining together, losing the dedicated connection, death and rescue.
import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { systemClock, type Clock } from '../../../src/base/clock.js';
import type { ScheduledSource, SchedulerEngine } from '../../../src/scheduler/index.js';
import type { TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { createEngineTests, gate } from '../engine-kit.js';

let database: TestDatabase;
const kit = createEngineTests((made) => (database = made));

const stateOf = async (id: string): Promise<string | undefined> => {
  const { rows } = await database.pool.query('SELECT state FROM punctual.scheduler_instances WHERE id = $1', [id]);
  return rows[0]?.state;
};

const cutPresence = () =>
  database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'punctual-presence' AND datname = current_database()`,
  );

/** An instance that is not there any more: a row, and claims under its id, but nobody behind it. */
async function ghost(heartbeatAgo = '0 s', key = 2_000_000_000): Promise<string> {
  const { rows } = await database.pool.query(
    `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key, heartbeat_at)
     VALUES (gen_random_uuid(), 'gone', 1, '0', $1, now() - $2::interval) RETURNING id`,
    [key, heartbeatAgo],
  );
  return rows[0].id;
}

function sourceThatRemembers(): ScheduledSource & { readonly rescued: string[] } {
  const rescued: string[] = [];
  return {
    name: 'things',
    rescued,
    nextDueInMs: async () => null,
    rescue: async (_tx, dead) => {
      rescued.push(...dead);
      return 7;
    },
  };
}

function withSource(engine: SchedulerEngine): SchedulerEngine & { things: ReturnType<typeof sourceThatRemembers> } {
  const things = sourceThatRemembers();
  engine.registerProcess({ name: 'things', exclusive: false, run: async () => {} });
  engine.registerSource(things, { process: 'things' });
  return Object.assign(engine, { things });
}

describe('an instance', () => {
  it('joins, shows itself, and signs off', async () => {
    const { pool } = database;
    await pool.query(
      `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key, state, ended_at, survived)
       SELECT gen_random_uuid(), $1, n, '0', -n, 'dead', now() - n * interval '9 hours', n = 1 FROM generate_series(1, 3) n`,
      [hostname()],
    );
    let claimed = 0;
    const readings = () => ({ pool: { total: 4, idle: 2, waiting: 1 }, claimed });
    const engine = kit.engine({}, { readings });
    engine.registerGauge('things', () => 3);
    await engine.start();
    claimed = 7;
    await engine.beat();
    const { instances: all, versions } = await engine.status();
    const instances = all.filter(({ self }) => self);
    expect(instances[0]?.gauges).toEqual({
      ...{ poolTotal: 4, poolIdle: 2, poolWaiting: 1, eventLoopP99Ms: expect.any(Number), restarts24h: 1 },
      ...{ rssBytes: expect.any(Number), heapUsedBytes: expect.any(Number), heapLimitBytes: expect.any(Number) },
      ...{ claimsPerMin: expect.any(Number), poolWaitingS: expect.any(Number) },
    });
    const { rssBytes = 0, heapUsedBytes = 0, heapLimitBytes = 0, claimsPerMin = 0 } = instances[0]?.gauges ?? {};
    expect(rssBytes).toBeGreaterThan(heapUsedBytes);
    expect(heapLimitBytes).toBeGreaterThan(heapUsedBytes);
    expect(claimsPerMin).toBeGreaterThan(0);
    await pool.query(`DELETE FROM punctual.scheduler_instances WHERE version = '0'`);
    expect(instances).toMatchObject([
      { id: engine.instanceId(), pid: process.pid, state: 'alive', inFlight: { things: 3 }, self: true },
    ]);
    expect(versions).toMatchObject({ node: process.versions.node, postgres: expect.stringMatching(/^\d+/) });
    expect(engine.ready()).toBe(true);
    const id = engine.instanceId();
    await engine.stop();
    expect(await stateOf(id)).toBe('stopped');
    expect(engine.ready()).toBe(false);
    await waitFor(async () => {
      const { rows } = await database.pool.query(
        `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
      );
      return rows.length === 0;
    });
  });

  it('aborts its work when the dedicated connection is cut, and comes back under a new id', async () => {
    const engine = withSource(kit.engine());
    const reasons: string[] = [];
    engine.on('instance.lost', ({ reason }) => void reasons.push(reason));
    const aborted = gate<boolean>();
    engine.registerProcess({
      name: 'long',
      run: async (ctx) => {
        await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()));
        aborted.open(ctx.signal.aborted);
      },
    });
    await engine.start();
    const [before, signal] = [engine.instanceId(), engine.signal];
    const { id, finished } = await engine.begin('long', { by: 'ops' });
    await cutPresence();
    expect(await aborted.promise).toBe(true);
    expect(signal.aborted).toBe(true);
    expect((await finished).status).toBe('abandoned');
    await waitFor(() => engine.ready() && engine.instanceId() !== before);
    expect(engine.signal.aborted).toBe(false);
    expect(reasons).toHaveLength(1);
    await waitFor(() => engine.things.rescued.includes(before));
    // the rescue is seen before its transaction has ended
    await waitFor(async () => (await stateOf(before)) === 'dead');
    expect((await engine.runs.get(id)).status).toBe('abandoned');
    expect(await engine.trigger('things', { by: 'ops' })).toMatchObject({ status: 'completed' });
  });

  it('comes back when it finds itself declared dead', async () => {
    const engine = kit.engine();
    await engine.start();
    const before = engine.instanceId();
    await database.pool.query(`UPDATE punctual.scheduler_instances SET state = 'dead' WHERE id = $1`, [before]);
    await waitFor(() => engine.ready() && engine.instanceId() !== before);
  });

  it('gives itself up when asked to, so that what it may hold is rescued', async () => {
    const engine = withSource(kit.engine());
    await engine.start();
    const before = engine.instanceId();
    engine.giveUp(new Error('a claim may have got lost'));
    await waitFor(() => engine.things.rescued.includes(before));
    expect(engine.instanceId()).not.toBe(before);
  });
});

describe('the death of another', () => {
  it('is seen by its free lock: claims, runs and slots go back in one go', async () => {
    const id = await ghost();
    await database.pool.query(
      `INSERT INTO punctual.scheduler_runs (process, slot, exclusive, trigger, instance_id)
       VALUES ('nightly', '2026-01-01T00:00:00Z', true, 'tick', $1), ('by hand', NULL, true, 'manual', $1)`,
      [id],
    );
    await database.pool.query(
      `INSERT INTO punctual.scheduler_processes (name, exclusive, budget_s, next_run_at)
       VALUES ('nightly', true, 300, '2026-01-02T00:00:00Z')`,
    );
    const engine = withSource(kit.engine());
    const dead: unknown[] = [];
    engine.on('instance.dead', (event) => void dead.push(event));
    await engine.start();
    await waitFor(() => dead.length > 0);
    expect(dead).toEqual([{ instanceId: id, rescued: { things: 7, runs: 2 } }]);
    expect(await stateOf(id)).toBe('dead');
    const { rows } = await database.pool.query(`SELECT DISTINCT status, error FROM punctual.scheduler_runs`);
    expect(rows).toEqual([{ status: 'abandoned', error: 'its instance died' }]);
    const { rows: cursors } = await database.pool.query(`SELECT next_run_at FROM punctual.scheduler_processes
      WHERE name = 'nightly'`);
    expect(cursors[0].next_run_at.toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it('is seen by its lease although its lock is held, and not before', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    const ended = new Promise((resolve) => holder.on('error', resolve));
    await holder.connect();
    try {
      await holder.query(`SELECT pg_advisory_lock('punctual.scheduler_instances'::regclass::oid::int4, 2000000000)`);
      const id = await ghost('50 s');
      const engine = withSource(kit.engine({ leaseS: 60 }));
      await engine.start();
      const other = await ghost('0 s', 2_000_000_001);
      await waitFor(async () => (await stateOf(other)) === 'dead');
      expect(await stateOf(id)).toBe('alive');
      await database.pool.query(
        `UPDATE punctual.scheduler_instances SET heartbeat_at = now() - interval '61 s' WHERE id = $1`,
        [id],
      );
      await waitFor(async () => (await stateOf(id)) === 'dead');
      expect(engine.things.rescued).toContain(id);
      expect(await ended).toMatchObject({ message: expect.stringMatching(/terminat/i) }); // its process locks are free
    } finally {
      await holder.end().catch(() => {});
    }
  });

  it('is not assumed of peers that may be on their way back, as we were, from what cost us our own life', async () => {
    let ahead = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + ahead };
    const engine = kit.engine({}, { clock });
    await engine.start();
    const before = engine.instanceId();
    const returning = await ghost('10 s', 2_000_000_001);
    await cutPresence();
    await waitFor(() => engine.ready() && engine.instanceId() !== before);
    ahead = 4_000; // it may judge
    const died = await ghost('0 s', 2_000_000_002);
    await waitFor(async () => (await stateOf(died)) === 'dead');
    expect(await stateOf(returning)).toBe('alive');
    ahead = 16_000; // long enough for the slowest return
    await waitFor(async () => (await stateOf(returning)) === 'dead');
  });

  it('is declared by one of several, once', async () => {
    const engines = [kit.engine(), kit.engine(), kit.engine()].map(withSource);
    const dead: string[] = [];
    for (const engine of engines) engine.on('instance.dead', ({ instanceId }) => void dead.push(instanceId));
    await Promise.all(engines.map((engine) => engine.start()));
    const ids = [await ghost('0 s', 2_000_000_001), await ghost('0 s', 2_000_000_002)];
    await waitFor(() => dead.length >= 2);
    await Promise.all(engines.map((engine) => engine.beat()));
    expect(dead.sort()).toEqual(ids.sort());
    expect(engines.flatMap((engine) => engine.things.rescued).sort()).toEqual(ids.sort());
    expect((await engines[0]!.status()).instances.filter(({ state }) => state === 'alive')).toHaveLength(3);
  });
});
