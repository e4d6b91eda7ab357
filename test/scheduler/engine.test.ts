// The engine as a whole, with real ticks and timers: several instances, slots, exactness, idle cost, the clean stop.
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase } from '../../src/db/database.js';
import { migrate } from '../../src/compose/database/migrate.js';
import type { Run, SchedulerEngine } from '../../src/scheduler/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { createEngineKit, createEngineTests, gate } from './engine-kit.js';

let database: TestDatabase;
const kit = createEngineTests((made) => (database = made));

const EVERY_SECOND = { frequency: 'cron', cron: '* * * * * *' } as const;

describe('several instances', () => {
  it('start at the same moment on an empty database', async () => {
    const empty = await createEmptyDatabase();
    const emptyKit = createEngineKit(() => empty);
    const engines = [1, 2, 3].map(() => emptyKit.engine());
    for (const engine of engines) engine.registerProcess({ name: 'job', schedule: EVERY_SECOND, run: async () => {} });
    await Promise.all(
      engines.map(async (engine) => {
        await migrate({ connectionString: empty.url, subscriptions: false });
        await engine.start();
      }),
    );
    expect((await engines[0]!.status()).instances.filter(({ state }) => state === 'alive')).toHaveLength(3);
    await waitFor(async () => (await engines[0]!.runs.list()).items.length >= 2);
    await emptyKit.stopAll();
    await empty.close();
  });

  it('run each slot of an exclusive process once, and of a shared one on every instance', async () => {
    const seen = { alone: [] as string[], shared: [] as string[] };
    const engines = [kit.engine(), kit.engine(), kit.engine()];
    for (const engine of engines) {
      for (const name of ['alone', 'shared'] as const) {
        engine.registerProcess({
          name,
          schedule: EVERY_SECOND,
          exclusive: name === 'alone',
          run: async (ctx) => void seen[name].push(ctx.slot!.toISOString()),
        });
      }
    }
    await Promise.all(engines.map((engine) => engine.start()));
    await waitFor(() => seen.alone.length >= 3 && seen.shared.length >= 9);
    await kit.stopAll();
    expect(new Set(seen.alone).size).toBe(seen.alone.length);
    const times = (slot: string): number => seen.shared.filter((other) => other === slot).length;
    expect(seen.shared.some((slot) => times(slot) === 3)).toBe(true);
    expect(seen.shared.every((slot) => times(slot) <= 3)).toBe(true);
  });

  it('take the slot of a crashed run again', async () => {
    const { rows } = await database.pool.query(
      `INSERT INTO punctual.scheduler_instances (id, hostname, pid, version, presence_key)
       VALUES (gen_random_uuid(), 'gone', 1, '0', 2000000000) RETURNING id`,
    );
    const slot = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000);
    const dead = await database.pool.query(
      `INSERT INTO punctual.scheduler_runs (process, slot, exclusive, trigger, instance_id)
       VALUES ('nightly', $2, true, 'tick', $1) RETURNING id`,
      [rows[0].id, slot],
    );
    const engine = kit.engine();
    const slots: Date[] = [];
    const schedule = { frequency: 'daily', time: '00:00' } as const;
    engine.registerProcess({ name: 'nightly', schedule, run: async (ctx) => void slots.push(ctx.slot!) });
    await engine.start();
    await waitFor(() => slots.length > 0);
    expect(slots).toEqual([slot]);
    const run = await waitFor(async () => {
      const found = await engine.runs.get(dead.rows[0].id);
      return found.status === 'completed' && found;
    });
    expect(run.instanceId).toBe(engine.instanceId());
  });
});

describe('time', () => {
  it('wakes for a source at the moment it is due, between two ticks', async () => {
    const engine = kit.engine({ tick: '0 0 1 1 *' });
    const dueAt = performance.now() + 700;
    let ranAt = 0;
    engine.registerSource(
      { name: 'things', nextDueInMs: async () => (ranAt ? null : dueAt - performance.now()), rescue: async () => 0 },
      { process: 'things' },
    );
    engine.registerProcess({
      name: 'things',
      exclusive: false,
      run: async (ctx) => {
        ranAt = performance.now();
        ctx.count({ processed: 1, successful: 1 });
      },
    });
    await engine.start();
    await waitFor(() => ranAt > 0);
    expect(ranAt).toBeGreaterThanOrEqual(dueAt);
    const [run] = await waitFor(async () => {
      const { items } = await engine.runs.list();
      return items[0]?.status === 'completed' && items;
    });
    expect(run).toMatchObject({ trigger: 'tick', counts: { processed: 1 } });
    expect(run!.slot!.getTime() % 1_000).toBe(0);
  });

  it('looks at a source again when it is told to', async () => {
    const engine = kit.engine({ tick: '0 0 1 1 *' });
    let due: number | null = null;
    const done = gate();
    engine.registerSource(
      { name: 'things', nextDueInMs: async () => due, rescue: async () => 0 },
      { process: 'things' },
    );
    engine.registerProcess({
      name: 'things',
      exclusive: false,
      run: async () => {
        due = null;
        done.open();
      },
    });
    await engine.start();
    due = 0;
    engine.wake('things');
    await done.promise;
  });

  it('does not run in a loop over work that it cannot get', async () => {
    const engine = kit.engine({ tick: '0 0 1 1 *' });
    let runs = 0;
    engine.registerSource(
      { name: 'things', nextDueInMs: async () => -5, rescue: async () => 0 },
      { process: 'things' },
    );
    engine.registerProcess({ name: 'things', exclusive: false, run: async () => void (runs += 1) });
    await engine.start();
    await waitFor(() => runs >= 4);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(runs).toBe(4);
    expect((await engine.runs.list()).items).toEqual([]);
  });

  it('asks the database little when there is nothing to do', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    let queries = 0;
    const counting = createDatabase(pool, 'punctual');
    const engine = kit.engine(
      { heartbeatS: 0.5, tick: '* * * * * *' },
      { database: { ...counting, query: (text, values) => ((queries += 1), counting.query(text, values)) } },
    );
    engine.registerProcess({ name: 'job', schedule: { frequency: 'yearly' }, run: async () => {} });
    await engine.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    queries = 0;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(queries).toBeLessThanOrEqual(7); // one beat each half second, and no tick adds to them
    await engine.stop();
    await pool.end();
  });

  it('ticks not when it is disabled, and still triggers', async () => {
    const engine = kit.engine({ enabled: false });
    engine.registerProcess({ name: 'job', schedule: EVERY_SECOND, run: async () => {} });
    await engine.start();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await engine.runs.list()).items).toEqual([]);
    expect(await engine.trigger('job', { by: 'ops' })).toMatchObject({ status: 'completed' });
  });
});

describe('stop', () => {
  const alive = async (): Promise<string[]> => {
    const { rows } = await database.pool.query('SELECT state FROM punctual.scheduler_instances');
    return rows.map((row) => row.state);
  };

  async function running(run: (ctx: { closing: AbortSignal; signal: AbortSignal }) => Promise<void>) {
    const engine: SchedulerEngine = kit.engine();
    engine.registerProcess({ name: 'job', run });
    await engine.start();
    const begun = await engine.begin('job', { by: 'ops' });
    return { engine, begun };
  }

  it('drains in order: closing, then the end of the run, then the lock', async () => {
    const order: string[] = [];
    const hold = gate();
    const { engine, begun } = await running(async (ctx) => {
      await new Promise<void>((resolve) => ctx.closing.addEventListener('abort', () => resolve()));
      order.push('closing');
      await hold.promise;
      order.push(`still here ${String(ctx.signal.aborted)}`);
    });
    const worker = gate();
    engine.onStop(() => worker.promise);
    const stopped = engine.stop().then(() => order.push('stopped'));
    await waitFor(async () => order.length > 0 && (await alive())[0] === 'draining');
    expect(engine.ready()).toBe(false);
    await expect(engine.begin('job', { by: 'late' })).rejects.toMatchObject({ code: 'STOPPING' });
    hold.open();
    const run: Run = await begun.finished;
    expect(run).toMatchObject({ status: 'completed', stoppedEarly: true });
    expect(await alive()).toEqual(['draining']);
    worker.open();
    await stopped;
    expect(order).toEqual(['closing', 'still here false', 'stopped']);
    expect(await alive()).toEqual(['stopped']);
  });

  it('cuts work off when the grace period is over, puts its slot back, and waits no longer', async () => {
    let aborted = false;
    const { engine, begun } = await running(async (ctx) => {
      await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()));
      aborted = true;
      throw ctx.signal.reason;
    });
    await engine.stop({ graceMs: 50 });
    expect(aborted).toBe(true);
    expect((await begun.finished).status).toBe('abandoned');
    const { rows } = await database.pool.query('SELECT status, error FROM punctual.scheduler_runs');
    expect(rows).toEqual([{ status: 'abandoned', error: 'its instance stopped' }]);
    expect(await alive()).toEqual(['stopped']);
  });

  it('may be called twice, the second time with less patience, and before a start', async () => {
    await kit.engine().stop();
    const { engine } = await running(
      (ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve())),
    );
    const patient = engine.stop({ graceMs: 60_000 });
    await Promise.all([engine.stop({ graceMs: 0 }), patient]);
    await engine.stop();
    expect(await alive()).toEqual(['stopped']);
  });

  it('does not wait forever for work that ignores its signal', async () => {
    const hold = gate();
    const { engine } = await running(() => hold.promise);
    await engine.stop({ graceMs: 10 });
    expect(await alive()).toEqual(['stopped']);
    hold.open();
  });
});
