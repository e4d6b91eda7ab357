// The batch worker on a real database: what is due, who takes a slot, time that runs out, processes that fail or do not stop.
import { describe, expect, it } from '@jest/globals';
import { driveOf } from '../../../src/scheduler/contracts/drive.js';
import { defineProcess, type ProcessDefinition, type SchedulerEngine } from '../../../src/scheduler/index.js';
import { collectLogs } from '../../support/collected-logs.js';
import type { TestDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';
import { createEngineTests, gate } from '../engine-kit.js';

let database: TestDatabase;
const kit = createEngineTests((made) => (database = made));

const batch = (name: string, more: Partial<ProcessDefinition> = {}): ProcessDefinition =>
  defineProcess({ name, batch: true, run: async () => ({ processed_count: 1 }), ...more });

const DAILY = { time: '09:00' } as const;
const dueNow = (name: string): Promise<unknown> =>
  database.pool.query(
    `UPDATE punctual.scheduler_processes SET next_run_at = date_trunc('second', now()) - interval '1 minute' WHERE name = $1`,
    [name],
  );

async function started(
  processes: readonly ProcessDefinition[],
  config: Parameters<typeof kit.engine>[0] = {},
  options: Parameters<typeof kit.engine>[1] = {},
): Promise<SchedulerEngine> {
  const engine = kit.engine(config, options);
  processes.forEach((process) => engine.registerProcess(process));
  await engine.start();
  return engine;
}

const pass = async (engine: SchedulerEngine, request: object = {}) =>
  (await engine.batch.begin({ by: 'cron', ...request })).finished;

describe('a pass', () => {
  it('runs one after the other, and tells what each returned', async () => {
    const order: string[] = [];
    const engine = await started([
      batch('first', { run: async () => (order.push('first'), { cleaned_count: 3, tables: { codes: 3 } }) }),
      batch('second', { run: async () => void order.push('second') }),
      { name: 'other', run: async () => void order.push('other') },
    ]);
    const { run, results } = await pass(engine);
    expect(order).toEqual(['first', 'second']);
    expect(results).toEqual({
      first: { cleaned_count: 3, tables: { codes: 3 }, duration_ms: expect.any(Number) },
      second: { duration_ms: expect.any(Number) },
    });
    expect(run).toMatchObject({ process: 'queue_worker', trigger: 'cron', triggeredBy: 'cron', status: 'completed' });
    const parts = (await engine.runs.list({ parent: run.id })).items;
    expect(parts.map(({ process, parentId }) => [process, parentId])).toEqual([
      ['second', run.id],
      ['first', run.id],
    ]);
  });

  it('goes on when a process throws, and keeps its counts', async () => {
    const engine = await started([
      batch('bad', {
        run: async (ctx) => {
          ctx.count({ processed: 2, successful: 2 });
          throw new Error('the key was revoked');
        },
      }),
      batch('good'),
    ]);
    const { run, results } = await pass(engine);
    expect(results).toEqual({
      bad: { processed_count: 2, error: 'the key was revoked', duration_ms: expect.any(Number) },
      good: { processed_count: 1, duration_ms: expect.any(Number) },
    });
    expect(run).toMatchObject({ status: 'completed', counts: { processed: 2, failed: 1 } });
  });

  it('counts what failed beside what was processed, once', async () => {
    const engine = await started([
      batch('plain', { run: async () => ({ processed_count: 5, failed_count: 1, skipped_count: 3 }) }),
      batch('live', {
        run: async (ctx) => {
          ctx.count({ processed: 6, successful: 5, failed: 1, skipped: 3 });
          return { processed_count: 5, failed_count: 1, skipped_count: 3 };
        },
      }),
    ]);
    const { run } = await pass(engine);
    for (const part of (await engine.runs.list({ parent: run.id })).items) {
      expect(part.counts).toMatchObject({ processed: 6, successful: 5, failed: 1, skipped: 3 });
    }
  });

  it('refuses a second one over all instances, and names the first', async () => {
    const held = gate();
    const slow = batch('slow', { run: () => held.promise });
    const [one, other] = [await started([slow]), await started([slow])];
    const first = await one.batch.begin({ by: 'cron' });
    for (const engine of [one, other]) {
      await expect(engine.batch.begin({ by: 'cron' })).rejects.toMatchObject({
        code: 'ALREADY_RUNNING',
        details: { run_id: first.id },
      });
    }
    held.open();
    await first.finished;
    await expect(pass(other)).resolves.toMatchObject({ run: { status: 'completed' } });
  });
});

describe('what is due', () => {
  it('is decided by the clock of each process', async () => {
    const engine = await started([batch('always'), batch('daily', { schedule: DAILY })]);
    const first = (await pass(engine)).results;
    expect(first).toMatchObject({ always: { processed_count: 1 }, daily: { skipped: 'not_due' } });
    expect(Date.parse(String(first['daily']?.['next_run_at']))).toBeGreaterThan(Date.now());

    await dueNow('daily');
    expect((await pass(engine)).results).toMatchObject({ daily: { processed_count: 1 } });
    expect((await pass(engine)).results).toMatchObject({ daily: { skipped: 'not_due' } });
    expect((await engine.runs.list({ process: 'daily' })).items).toMatchObject([{ slot: expect.any(Date) }]);
  });

  it('can be widened to all, and narrowed to some', async () => {
    const engine = await started([batch('always'), batch('daily', { schedule: DAILY })]);
    expect((await pass(engine, { all: true })).results).toMatchObject({
      always: { processed_count: 1 },
      daily: { processed_count: 1 },
    });
    expect(Object.keys((await pass(engine, { only: ['daily'] })).results)).toEqual(['daily']);
    await expect(pass(engine, { only: ['nothing'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('leaves out what is not configured, disabled, paused or running', async () => {
    const held = gate();
    const engine = await started([
      batch('bare', { missing: () => ['STRIPE_SECRET_KEY'] }),
      batch('off'),
      batch('paused'),
      batch('busy', { run: () => held.promise }),
    ]);
    const by = { name: 'ops' };
    await engine.processes.update('off', { enabled: false }, by);
    await engine.processes.update('paused', { pausedUntil: new Date('2126-01-01') }, by);
    const busy = await engine.begin('busy', { by });
    expect((await pass(engine)).results).toEqual({
      bare: { skipped: 'not_configured', missing: ['STRIPE_SECRET_KEY'] },
      off: { skipped: 'disabled' },
      paused: { skipped: 'paused', paused_until: '2126-01-01T00:00:00.000Z' },
      busy: { skipped: 'running', run_id: busy.id },
    });
    held.open();
    expect(await engine.processes.get('bare')).toMatchObject({ enabled: false, missing: ['STRIPE_SECRET_KEY'] });
    await expect(engine.trigger('bare', { by })).rejects.toMatchObject({ code: 'PROCESS_NOT_CONFIGURED' });
  });

  it('takes no slot in a dry run, and asks only those that have one', async () => {
    const seen: unknown[] = [];
    const dry = batch('dry', { schedule: DAILY, dryRun: true, run: async (ctx) => void seen.push(ctx.input) });
    const engine = await started([dry, batch('wet')]);
    await dueNow('dry');
    expect((await pass(engine, { dryRun: true })).results).toMatchObject({ wet: { skipped: 'no_dry_run' } });
    expect((await pass(engine)).results).toMatchObject({ dry: { duration_ms: expect.any(Number) } });
    expect(seen).toEqual([{ dry_run: true }, undefined]);
  });
});

describe('the clock in the process', () => {
  it('runs passes by itself, and no batch process beside them', async () => {
    const slots: (Date | null)[] = [];
    const daily = batch('daily', { schedule: DAILY, run: async () => void slots.push(null) });
    const engine = await started([batch('always', { run: async (ctx) => void slots.push(ctx.slot) }), daily], {
      batchCron: '* * * * * *',
    });
    await waitFor(async () => (await engine.runs.list({ process: 'queue_worker' })).items.length >= 2);
    await dueNow('daily');
    await waitFor(async () => (await engine.runs.list({ process: 'daily' })).items.length === 1);
    const [run] = (await engine.runs.list({ process: 'daily' })).items;
    expect(run).toMatchObject({ trigger: 'tick', parentId: expect.any(String) });
  });

  it('gives its slot to a call that comes first', async () => {
    const engine = await started([batch('always')], { batchCron: '0 0 1 1 *', enabled: false });
    await dueNow('queue_worker');
    const { run } = await pass(engine);
    expect(run).toMatchObject({ slot: expect.any(Date), trigger: 'cron', triggeredBy: 'cron' });
    expect(await driveOf(engine).runDueOnce()).toEqual([]);
    expect((await pass(engine)).run.slot).toBeNull();
  });

  it('keeps its slot where the audit log refuses the call, which begins nothing', async () => {
    const engine = await started([batch('always')], { batchCron: '0 0 1 1 *', enabled: false });
    await dueNow('queue_worker');
    await database.pool.query(
      `ALTER TABLE punctual.audit_log ADD CONSTRAINT full_up CHECK (action <> 'process.trigger') NOT VALID`,
    );
    try {
      await expect(pass(engine)).rejects.toThrow(/full_up/);
    } finally {
      await database.pool.query('ALTER TABLE punctual.audit_log DROP CONSTRAINT full_up');
    }
    expect((await engine.runs.list()).items).toEqual([]);
    expect((await pass(engine)).run.slot).not.toBeNull();
  });
});

describe('time that runs out', () => {
  it('begins nothing more near the end, and tells the running one', async () => {
    const engine = await started(
      [
        batch('long', {
          run: (ctx) => new Promise((resolve) => ctx.closing.addEventListener('abort', () => resolve({}))),
        }),
        batch('next'),
      ],
      { budgetS: 1 },
    );
    const { run, results } = await pass(engine);
    expect(results).toEqual({ long: { duration_ms: expect.any(Number) }, next: { skipped: 'budget' } });
    expect(run).toMatchObject({ status: 'completed', stoppedEarly: true });
  });

  it('ends without a process that ignores its signals, which keeps its lock', async () => {
    const held = gate();
    const engine = await started([batch('deaf', { run: () => held.promise }), batch('next')], { budgetS: 1 });
    const { run, results } = await pass(engine);
    expect(results).toEqual({
      deaf: {
        error: expect.stringContaining('still running'),
        run_id: expect.any(String),
        duration_ms: expect.any(Number),
      },
      next: { skipped: 'budget' },
    });
    expect(run).toMatchObject({ status: 'completed', stoppedEarly: true });
    const again = (await pass(engine)).results;
    expect(again).toMatchObject({ deaf: { skipped: 'running' }, next: { processed_count: 1 } });
    held.open();
    const { run_id } = results['deaf'] as { run_id: string };
    await waitFor(async () => (await engine.runs.get(run_id)).status === 'cancelled');
  });

  it('warns of a pass that takes long', async () => {
    const { logger, of } = collectLogs();
    const held = gate();
    const engine = await started([batch('slow', { run: () => held.promise })], { alertS: 0.1 }, { logger });
    const begun = await engine.batch.begin({ by: 'cron' });
    await waitFor(() => of('run is slow').length > 0);
    held.open();
    await begun.finished;
  });

  it('stops with its instance, and says so', async () => {
    const entered = gate();
    const engine = await started([
      batch('first', {
        run: async (ctx) => {
          entered.open();
          await new Promise((resolve) => ctx.closing.addEventListener('abort', resolve));
        },
      }),
      batch('second'),
    ]);
    const begun = await engine.batch.begin({ by: 'cron' });
    await entered.promise;
    await engine.stop();
    expect((await begun.finished).results).toMatchObject({ second: { skipped: 'stopping' } });
  });

  it('stops all of it when an operator cancels the pass', async () => {
    const engine = await started([
      batch('first', { run: (ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve())) }),
      batch('second'),
    ]);
    const begun = await engine.batch.begin({ by: 'cron' });
    await waitFor(async () => (await engine.runs.list({ process: 'first' })).items.length === 1);
    await engine.runs.cancel(begun.id, { name: 'ops' });
    const { run, results } = await begun.finished;
    expect(run.status).toBe('cancelled');
    expect(results).toMatchObject({ first: { error: expect.any(String) }, second: { skipped: 'stopping' } });
  });
});

it('is not there without batch processes, and refuses one that is not exclusive', async () => {
  const engine = await started([{ name: 'plain', run: async () => {} }], { batchCron: '* * * * * *' });
  expect((await engine.processes.list()).map(({ name }) => name)).toEqual(['plain']);
  await expect(engine.batch.begin({ by: 'cron' })).rejects.toMatchObject({ code: 'PROCESS_NOT_FOUND' });
  expect(() => batch('shared', { exclusive: false })).toThrow('exclusive cannot be false');
});
