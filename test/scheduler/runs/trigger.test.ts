// Runs by hand on a real database: exclusive ones, idempotency keys, cancellation, budget.
import { describe, expect, it } from '@jest/globals';
import type { Run } from '../../../src/scheduler/index.js';
import type { TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { createEngineTests, gate } from '../engine-kit.js';

let database: TestDatabase;
const kit = createEngineTests((made) => (database = made));

describe('trigger', () => {
  it('runs a process, counts what it answers and rolls the day up', async () => {
    const engine = kit.engine();
    engine.registerProcess({
      name: 'rollup',
      run: async (ctx) => {
        ctx.sample([{ id: 'x', code: 'HTTP_503', message: 'down', at: '2026-01-01T00:00:00Z' }]);
        ctx.progress(3, 4, 'nearly');
        return { processed_count: 4, failed_count: 1, pages: 7 };
      },
    });
    await engine.start();
    const run = await engine.trigger('rollup', { by: { name: 'ops', ip: '127.0.0.1' }, input: { deep: true } });
    expect(run).toMatchObject({
      process: 'rollup',
      status: 'completed',
      slot: null,
      trigger: 'manual',
      triggeredBy: 'ops',
      instanceId: engine.instanceId(),
      counts: { processed: 4, successful: 3, failed: 1, pages: 7 },
      progress: { done: 3, total: 4, note: 'nearly' },
      errorGroups: { HTTP_503: 1 },
      input: { deep: true },
      stoppedEarly: false,
    });
    expect(await engine.runs.get(run.id)).toEqual(run);
    expect(await engine.stats(1)).toMatchObject([{ name: 'rollup', runs: 1, successful: 3, failed: 1 }]);
    const { items } = await engine.audit.list({ action: 'process.trigger' });
    expect(items).toMatchObject([{ actor: 'ops', target: 'rollup', ip: '127.0.0.1', details: { run_id: run.id } }]);
    expect((await engine.processes.get('rollup')).lastRun?.id).toBe(run.id);
  });

  it('leaves nothing behind, its key least of all, when the instance was declared dead meanwhile', async () => {
    const engine = kit.engine();
    engine.registerProcess({ name: 'rollup', run: async () => ({ processed_count: 1 }) });
    await engine.start();
    const id = engine.instanceId();
    const declare = (state: string) =>
      database.pool.query('UPDATE punctual.scheduler_instances SET state = $1 WHERE id = $2', [state, id]);
    const wanted = { by: 'ops', idempotencyKey: 'k1' };
    await declare('dead');
    await expect(engine.trigger('rollup', wanted)).rejects.toMatchObject({ code: 'LOST_INSTANCE' });
    expect((await engine.audit.list()).items).toEqual([]);
    await waitFor(() => engine.instanceId() !== null && engine.instanceId() !== id);
    expect(await engine.trigger('rollup', wanted)).toMatchObject({ status: 'completed' });
  });

  it('keeps the error of a process that throws and still answers the run', async () => {
    const engine = kit.engine();
    engine.registerProcess({
      name: 'broken',
      run: () => Promise.reject(new Error('no paper')),
    });
    await engine.start();
    expect(await engine.trigger('broken', { by: 'ops' })).toMatchObject({ status: 'failed', error: 'no paper' });
  });

  it('keeps what a handler says even where the database would refuse it', async () => {
    const engine = kit.engine();
    engine.registerProcess({
      name: 'binary',
      run: async (ctx) => {
        ctx.progress(1, null, 'half \ud800');
        ctx.sample([{ id: '1\0', code: 'E\0', message: 'zero \0 byte', at: '2026-01-01T00:00:00Z' }]);
        throw new Error('broken \0 \udc00');
      },
    });
    await engine.start();
    const run = await engine.trigger('binary', { by: 'ops' });
    expect(run).toMatchObject({ status: 'failed', error: 'broken \ufffd \ufffd', errorGroups: { 'E\ufffd': 1 } });
    await expect(engine.trigger('binary', { by: 'ops', input: { text: '\0' } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('refuses what it does not know, what is disabled, and what is not started', async () => {
    const engine = kit.engine();
    engine.registerProcess({ name: 'known', run: async () => {} });
    await expect(engine.trigger('known', { by: 'ops' })).rejects.toMatchObject({ code: 'NOT_STARTED' });
    await engine.start();
    await expect(engine.trigger('other', { by: 'ops' })).rejects.toMatchObject({ code: 'PROCESS_NOT_FOUND' });
    await engine.processes.update('known', { enabled: false }, { name: 'ops' });
    await expect(engine.trigger('known', { by: 'ops' })).rejects.toMatchObject({ code: 'PROCESS_DISABLED' });
    await engine.stop();
    await expect(engine.trigger('known', { by: 'ops' })).rejects.toMatchObject({ code: 'STOPPING' });
  });

  it('lets one of ten triggers of an exclusive process run, over two instances, and tells the others its id', async () => {
    const hold = gate();
    let begun = 0;
    const engines = [kit.engine(), kit.engine()];
    for (const engine of engines) {
      engine.registerProcess({
        name: 'alone',
        run: async () => {
          begun += 1;
          await hold.promise;
        },
      });
    }
    await Promise.all(engines.map((engine) => engine.start()));
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => engines[i % 2]!.begin('alone', { by: `caller ${i}` })),
    );
    const started = attempts.filter((attempt) => attempt.status === 'fulfilled').map((attempt) => attempt.value);
    const refused = attempts.filter((attempt) => attempt.status === 'rejected').map((attempt) => attempt.reason);
    expect(started).toHaveLength(1);
    expect(begun).toBe(1);
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'ALREADY_RUNNING', details: { run_id: started[0]!.id } });
    }
    hold.open();
    expect((await started[0]!.finished).status).toBe('completed');
    expect(await engines[1]!.trigger('alone', { by: 'again' })).toMatchObject({ status: 'completed' });
  });

  it('runs a shared process as often as it is asked to, at once', async () => {
    const hold = gate();
    const engine = kit.engine();
    engine.registerProcess({ name: 'shared', exclusive: false, run: () => hold.promise });
    await engine.start();
    const runs = await Promise.all([1, 2, 3].map(() => engine.begin('shared', { by: 'ops' })));
    expect((await engine.processes.get('shared')).running).toHaveLength(3);
    hold.open();
    expect(new Set((await Promise.all(runs.map((run) => run.finished))).map((run) => run.id)).size).toBe(3);
  });
});

describe('idempotency key', () => {
  it('answers the first run for the same key, refuses another question, and says when it goes on', async () => {
    const hold = gate();
    let begun = 0;
    const engine = kit.engine();
    engine.registerProcess({
      name: 'shared',
      exclusive: false,
      run: async () => {
        begun += 1;
        await hold.promise;
      },
    });
    await engine.start();
    const options = { by: 'ops', input: { a: 1 }, idempotencyKey: 'k1' };
    const first = await engine.begin('shared', options);
    await expect(engine.begin('shared', options)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
      details: { run_id: first.id },
    });
    hold.open();
    await first.finished;
    const again = await engine.begin('shared', options);
    expect(again).toMatchObject({ id: first.id, repeated: true });
    expect((await again.finished).status).toBe('completed');
    await expect(engine.begin('shared', { ...options, input: { a: 2 } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect(begun).toBe(1);
  });

  it('begins one run for ten requests at once', async () => {
    let begun = 0;
    const engine = kit.engine();
    engine.registerProcess({ name: 'shared', exclusive: false, run: async () => void (begun += 1) });
    await engine.start();
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, () => engine.begin('shared', { by: 'ops', idempotencyKey: 'k2' })),
    );
    const ids = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect(begun).toBe(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    }
  });

  it('forgets a key after 24 hours', async () => {
    const engine = kit.engine();
    engine.registerProcess({ name: 'shared', exclusive: false, run: async () => {} });
    await engine.start();
    const first = await engine.trigger('shared', { by: 'ops', idempotencyKey: 'k3' });
    await database.pool.query(`UPDATE punctual.idempotency_keys SET created_at = now() - interval '25 hours'`);
    expect((await engine.trigger('shared', { by: 'ops', idempotencyKey: 'k3' })).id).not.toBe(first.id);
  });
});

describe('a run that must end', () => {
  it('is cancelled from another instance', async () => {
    const [here, there] = [kit.engine(), kit.engine()];
    for (const engine of [here, there]) {
      engine.registerProcess({
        name: 'long',
        run: (ctx) =>
          new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error))),
      });
    }
    await Promise.all([here.start(), there.start()]);
    const { id, finished } = await here.begin('long', { by: 'ops' });
    expect(await there.runs.cancel(id, { name: 'alice' })).toMatchObject({ id, status: 'running' });
    expect(await finished).toMatchObject({ status: 'cancelled', error: 'cancelled by alice' });
    await expect(there.runs.cancel(id, { name: 'alice' })).rejects.toMatchObject({ code: 'RUN_NOT_RUNNING' });
    await expect(there.runs.cancel('nonsense', { name: 'alice' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('is told to begin nothing new near the end of its budget, is reported as slow, and says that it stopped early', async () => {
    const engine = kit.engine();
    const slow: string[] = [];
    engine.on('run.slow', (run: Run) => void slow.push(run.id));
    engine.registerProcess({
      name: 'bounded',
      budgetS: 0.5,
      alertS: 0.1,
      run: async (ctx) => {
        await new Promise<void>((resolve) => ctx.closing.addEventListener('abort', () => resolve()));
        expect(ctx.signal.aborted).toBe(false);
        ctx.count({ processed: 2, successful: 2 });
      },
    });
    await engine.start();
    const run = await engine.trigger('bounded', { by: 'ops' });
    expect(run).toMatchObject({ status: 'completed', stoppedEarly: true, counts: { processed: 2 } });
    expect(slow).toEqual([run.id]);
  });
});

describe('history', () => {
  it('pages through runs, newest first, and filters them', async () => {
    const engine = kit.engine();
    engine.registerProcess({ name: 'one', run: async () => {} });
    engine.registerProcess({ name: 'two', run: () => Promise.reject(new Error('no')) });
    await engine.start();
    const ids: string[] = [];
    for (const name of ['one', 'two', 'one', 'one']) ids.unshift((await engine.trigger(name, { by: 'ops' })).id);
    const first = await engine.runs.list({ limit: 3 });
    const second = await engine.runs.list({ limit: 3, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map((run) => run.id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await engine.runs.list({ process: 'two', status: 'failed' })).items).toHaveLength(1);
    expect((await engine.runs.list({ until: new Date(0) })).items).toHaveLength(0);
    await expect(engine.runs.list({ limit: 201 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(engine.runs.list({ cursor: 'zzz' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('shows a run live to every viewer, also on another instance', async () => {
    const [here, there] = [kit.engine(), kit.engine()];
    const hold = gate();
    for (const engine of [here, there]) {
      engine.registerProcess({
        name: 'shown',
        run: async (ctx) => {
          ctx.progress(1, 2);
          await hold.promise;
        },
      });
    }
    await Promise.all([here.start(), there.start()]);
    const { id } = await here.begin('shown', { by: 'ops' });
    const seen: string[] = [];
    for await (const { type, run } of there.runs.watch(id, AbortSignal.timeout(10_000))) {
      seen.push(`${type} ${run.progress?.done ?? '-'}`);
      if (run.progress) hold.open();
    }
    expect(seen.at(-1)).toBe('finished 1');
    expect(seen).toContain('progress 1');
    await waitFor(() => here.runs.get(id).then((run) => run.finishedAt));
  });
});
