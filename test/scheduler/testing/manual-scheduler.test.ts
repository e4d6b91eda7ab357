// Manual time against a real database: slots, misfire policies, overrides and sources, without a timer.
import { describe, expect, it } from '@jest/globals';
import type { ProcessDefinition, SchedulerEngine } from '../../../src/scheduler/index.js';
import {
  createManualClock,
  createManualScheduler,
  type ManualScheduler,
} from '../../../src/scheduler/testing/index.js';
import type { TestDatabase } from '../../support/database.js';
import { createEngineTests } from '../engine-kit.js';

let database: TestDatabase;
const kit = createEngineTests((made) => (database = made));
const NINE = { frequency: 'daily', time: '09:00' } as const;
const ops = { name: 'ops' };

async function started(
  at: string,
  definition: Omit<ProcessDefinition, 'name' | 'run'> & Partial<Pick<ProcessDefinition, 'run'>>,
): Promise<{ engine: SchedulerEngine; manual: ManualScheduler; slots: string[] }> {
  const clock = createManualClock(new Date(at));
  const engine = kit.engine({}, { clock, now: () => clock.now() });
  const slots: string[] = [];
  engine.registerProcess({
    name: 'job',
    run: async (ctx) => void slots.push(`${ctx.slot?.toISOString()} at ${clock.now().toISOString()}`),
    ...definition,
  });
  await engine.start();
  return { engine, manual: createManualScheduler(engine, clock), slots };
}

const day = (n: number, time = '09:00:00.000'): string => `2026-03-0${n}T${time}Z`;

describe('slots', () => {
  it('runs each slot once, on time, with the time of the test in its record', async () => {
    const { manual, slots, engine } = await started(day(1, '08:00:00.000'), { schedule: NINE });
    expect(await manual.runDue()).toEqual([]);
    const runs = await manual.advanceTo(new Date(day(3, '12:00:00.000')));
    expect(runs.map((run) => run.slot?.toISOString())).toEqual([day(1), day(2), day(3)]);
    expect(slots.map((slot) => slot.slice(0, 24))).toEqual([day(1), day(2), day(3)]);
    for (const run of runs) expect(run.startedAt.getTime() - run.slot!.getTime()).toBeLessThan(5);
    expect((await engine.processes.get('job')).nextRunAt?.toISOString()).toBe(day(4));
  });

  it('after downtime runs the latest missed slot by default', async () => {
    const first = await started(day(1, '08:00:00.000'), { schedule: NINE });
    await first.engine.stop();
    const second = await started(day(4, '12:00:00.000'), { schedule: NINE });
    await second.manual.runDue();
    expect(second.slots).toEqual([`${day(3).replace('03T', '04T')} at ${day(4, '12:00:00.000')}`]);
    expect(await second.engine.stats(1)).toMatchObject([{ name: 'job', runs: 1, skipped: 3 }]);
  });

  it('runs every missed slot where the policy says so, and none where it says skip', async () => {
    const all = { schedule: { ...NINE, misfire: 'all' } } as const;
    await (await started(day(1, '08:00:00.000'), all)).engine.stop();
    const late = await started(day(3, '12:00:00.000'), all);
    await late.manual.runDue();
    expect(late.slots.map((slot) => slot.slice(0, 24))).toEqual([day(1), day(2), day(3)]);
    await kit.stopAll();
    await database.pool.query('TRUNCATE punctual.scheduler_runs, punctual.scheduler_processes');

    const skip = { schedule: { ...NINE, misfire: 'skip' } } as const;
    await (await started(day(1, '08:00:00.000'), skip)).engine.stop();
    const skipped = await started(day(3, '12:00:00.000'), skip);
    expect(await skipped.manual.runDue()).toEqual([]);
    expect((await skipped.engine.processes.get('job')).nextRunAt?.toISOString()).toBe(day(4));
  });

  it('puts a run off by the spread of its schedule, always by as much, and keeps the nominal time as its slot', async () => {
    const { manual, engine } = await started(day(1, '08:00:00.000'), { schedule: { ...NINE, spreadS: 600 } });
    const planned = (await engine.processes.get('job')).nextRunAt!;
    const runs = await manual.advanceTo(new Date(day(2, '12:00:00.000')));
    expect(runs.map((run) => run.slot?.toISOString())).toEqual([day(1), day(2)]);
    const delays = runs.map((run) => run.startedAt.getTime() - run.slot!.getTime());
    expect(delays[0]).toBeGreaterThan(0);
    expect(delays[0]).toBeLessThan(600_000);
    expect(delays[1]).toBe(delays[0]);
    expect(Math.abs(runs[0]!.startedAt.getTime() - planned.getTime())).toBeLessThan(5);
  });

  it('goes on after a run that failed', async () => {
    const { manual } = await started(day(1, '08:00:00.000'), {
      schedule: NINE,
      run: () => Promise.reject(new Error('always')),
    });
    const runs = await manual.advanceTo(new Date(day(2, '12:00:00.000')));
    expect(runs.map((run) => [run.status, run.slot?.toISOString()])).toEqual([
      ['failed', day(1)],
      ['failed', day(2)],
    ]);
  });
});

describe('what an operator changed by hand', () => {
  it('outlives a restart, and a schedule set back to null is that of the code again', async () => {
    const { engine } = await started(day(1, '08:00:00.000'), { schedule: NINE });
    const at = { frequency: 'daily', time: '21:30' } as const;
    const changed = await engine.processes.update('job', { schedule: at }, ops);
    expect(changed).toMatchObject({ scheduleOverridden: true, schedule: { time: '21:30' } });
    expect(changed.nextRunAt?.toISOString()).toBe(day(1, '21:30:00.000'));
    await engine.stop();

    const again = await started(day(1, '08:30:00.000'), { schedule: NINE });
    expect(await again.engine.processes.get('job')).toMatchObject({ scheduleOverridden: true });
    const runs = await again.manual.advanceTo(new Date(day(2, '00:00:00.000')));
    expect(runs.map((run) => run.slot?.toISOString())).toEqual([day(1, '21:30:00.000')]);
    const back = await again.engine.processes.update('job', { schedule: null }, ops);
    expect(back).toMatchObject({ scheduleOverridden: false, schedule: { time: '09:00' } });
    expect(back.nextRunAt?.toISOString()).toBe(day(2));
    const { items } = await again.engine.audit.list({ action: 'process.update' });
    expect(items.map((entry) => entry.details)).toMatchObject([{ schedule: null }, { schedule: at }]);
  });

  it('keeps a disabled or paused process from running, over a restart', async () => {
    const { engine } = await started(day(1, '08:00:00.000'), { schedule: NINE });
    await engine.processes.update('job', { pausedUntil: new Date(day(2, '12:00:00.000')) }, ops);
    await engine.stop();
    const { manual, engine: next } = await started(day(1, '08:30:00.000'), { schedule: NINE });
    expect(await manual.advanceTo(new Date(day(2, '11:59:59.000')))).toEqual([]);
    const late = await manual.advanceTo(new Date(day(2, '12:00:01.000')));
    expect(late.map((run) => run.slot?.toISOString())).toEqual([day(2)]);

    await next.processes.update('job', { enabled: false }, ops);
    expect((await next.processes.get('job')).nextRunAt).toBeNull();
    expect(await manual.advanceTo(new Date(day(5, '12:00:00.000')))).toEqual([]);
    const enabled = await next.processes.update('job', { enabled: true }, ops);
    expect(enabled.nextRunAt?.toISOString()).toBe(day(6));
  });

  it('takes a new schedule from the code, from now on', async () => {
    await (await started(day(1, '08:00:00.000'), { schedule: NINE })).engine.stop();
    const { engine } = await started(day(3, '12:00:00.000'), { schedule: { ...NINE, time: '10:00' } });
    expect((await engine.processes.get('job')).nextRunAt?.toISOString()).toBe(day(4, '10:00:00.000'));
  });

  it('refuses a schedule that is none', async () => {
    const { engine } = await started(day(1, '08:00:00.000'), { schedule: NINE });
    await expect(engine.processes.update('job', { schedule: { time: '25:00' } }, ops)).rejects.toMatchObject({
      code: 'INVALID_SCHEDULE',
    });
    await expect(started(day(1), { schedule: { timezone: 'Mars/Olympus' } })).rejects.toMatchObject({
      code: 'INVALID_SCHEDULE',
      details: { process: 'job' },
    });
  });
});

describe('a source', () => {
  it('sets its process going when it has something due, and leaves no run when it has nothing', async () => {
    const clock = createManualClock(new Date(day(1)));
    const engine = kit.engine({}, { clock, now: () => clock.now() });
    let due = [clock.now().getTime() + 90_000, clock.now().getTime() + 3_600_000];
    engine.registerSource(
      {
        name: 'things',
        nextDueInMs: async () => (due.length === 0 ? null : Math.min(...due) - clock.now().getTime()),
        rescue: async () => 0,
      },
      { process: 'things' },
    );
    engine.registerProcess({
      name: 'things',
      exclusive: false,
      run: async (ctx) => {
        const mine = due.filter((at) => at <= clock.now().getTime());
        due = due.filter((at) => !mine.includes(at));
        ctx.count({ processed: mine.length, successful: mine.length });
      },
    });
    await engine.start();
    const manual = createManualScheduler(engine, clock);
    expect(await manual.runDue()).toEqual([]);
    expect((await engine.processes.get('things')).nextRunAt?.getTime()).toBeGreaterThan(clock.now().getTime());
    const runs = await manual.advance(2 * 3_600_000);
    expect(runs.map((run) => [run.counts.processed, run.slot?.toISOString()])).toEqual([
      [1, day(1, '09:01:30.000')],
      [1, day(1, '10:00:00.000')],
    ]);
    expect((await engine.runs.list()).items).toHaveLength(2);
  });
});
