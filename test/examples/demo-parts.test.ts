import { describe, expect, it } from '@jest/globals';
import type { JobView } from '../../examples/demo/admin-api.js';
import { createCleanup } from '../../examples/demo/cleanup.js';
import { problemsOfLookUps } from '../../examples/demo/scenes/look-ups.js';
import { problemsOf, type Evidence } from '../../examples/demo/run.js';
import { unlessBroken } from '../../examples/demo/stage.js';
import { createWorld, dueAt } from '../../examples/demo/world.js';
import { FREQUENCIES } from '../../src/scheduler/schedule/index.js';

const since = new Date('2026-11-20T12:00:00Z');
const now = new Date('2026-11-21T12:00:00Z');

describe('the world', () => {
  const world = createWorld(since);

  it('has thousands of subscribers in hundreds of zones, with every frequency', () => {
    expect(world.subscribers.length).toBeGreaterThan(5_000);
    expect(new Set(world.subscribers.map(({ timezone }) => timezone)).size).toBeGreaterThan(300);
    expect(new Set(world.subscribers.map(({ frequency }) => frequency))).toEqual(new Set(FREQUENCIES));
  });

  it('has most of them due after a day, none before, and those that are off never', () => {
    expect(dueAt(world, since)).toBe(0);
    const due = dueAt(world, now);
    expect(due).toBeGreaterThan(3_000);
    expect(due).toBeLessThan(world.subscribers.length);
    const daily = world.subscribers.filter(({ frequency }) => frequency === 'daily');
    expect(dueAt({ ...world, subscribers: daily }, now)).toBe(
      daily.filter(({ active, paused }) => active && !paused).length,
    );
  });

  it('leaves out and counts the cities whose zone is missing or unknown', () => {
    const { subscribers, withoutZone, unknownZones } = createWorld(since, [
      { city: 'Berlin', country: 'Germany', timezone: 'Europe/Berlin' },
      { city: 'Nowhere', country: 'None', timezone: null },
      { city: 'Stickney', country: 'Phobos', timezone: 'Mars/Phobos' },
      { city: 'Hall', country: 'Phobos', timezone: 'Mars/Phobos' },
    ]);
    expect(subscribers.map(({ city }) => city)).toEqual(['Berlin']);
    expect({ withoutZone, unknownZones }).toEqual({ withoutZone: 1, unknownZones: { 'Mars/Phobos': 2 } });
  });
});

describe('the clean-up', () => {
  it('undoes in reverse, once, and goes on when something fails', async () => {
    const said: string[] = [];
    const cleanup = createCleanup((name) => said.push(name));
    cleanup.add('first', async () => {});
    cleanup.add('second', async () => Promise.reject(new Error('stuck')));
    cleanup.add('third', async () => {});
    const [one, two] = await Promise.all([cleanup.run(), cleanup.run()]);
    expect(said).toEqual(['third', 'second', 'first']);
    expect(one).toEqual(['second: Error: stuck']);
    expect(two).toBe(one);
  });
});

describe('the judgement on a run', () => {
  const counts = { processed: 10, successful: 9, failed: 1, skipped: 0, lost: 0 };
  const run = {
    id: 'r',
    trigger: 'manual',
    status: 'completed',
    duration_ms: 5,
    counts,
    error: null,
    stopped_early: false,
    error_groups: {},
  };
  const worker = {
    received: 10,
    processed: 9,
    repeated: 0,
    concurrent: 0,
    refused: { 500: 1 },
    in_flight: 0,
    max_in_flight: 5,
  };
  const evidence: Evidence = { run, due: [10, 10], worker };

  it('finds nothing where all agree', () => {
    expect(problemsOf(evidence)).toEqual([]);
    expect(problemsOf({ ...evidence, due: [9, 11] })).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ['the run is failed: no database', { run: { ...run, status: 'failed', error: 'no database' } }],
    ['the run stopped early', { run: { ...run, stopped_early: true } }],
    ['10 were processed, but 11 were due', { due: [11, 11] }],
    ['9 are recorded as successful, but the worker did 8', { worker: { ...worker, processed: 8 } }],
    ['1 are recorded as failed, but the worker refused 0', { worker: { ...worker, refused: {} } }],
    ['2 were settled too late', { run: { ...run, counts: { ...counts, lost: 2 } } }],
    ['the worker was asked 1 times for what it had done', { worker: { ...worker, repeated: 1 } }],
  ])('sees that %s', (problem, change) => {
    expect(problemsOf({ ...evidence, ...change })).toEqual([problem]);
  });
});

describe('the judgement on look-ups', () => {
  const company = {
    type: 'enrich_account',
    payload: { domain: 'a.example' },
    workspace_id: 'w',
    fate: 'found',
  } as const;
  const person = {
    type: 'enrich_contact',
    payload: { email: 'a@a.example' },
    workspace_id: 'w',
    fate: 'dead',
  } as const;
  const found: JobView = { id: 'j', ...company, status: 'completed', result: { found: true }, error: null };
  const dead: JobView = { id: 'k', ...person, status: 'dead', result: null, error: { code: 'BURIED', message: 'no' } };

  it('finds nothing where each came out as it should, in whatever order', () => {
    expect(problemsOfLookUps([dead, found], [company, person])).toEqual([]);
  });

  it('sees what came out otherwise, and what is missing', () => {
    const unknown = { ...found, result: { found: false } };
    expect(problemsOfLookUps([unknown], [company, person])).toEqual([
      'the job enrich_account a.example for w is unknown, not found',
      'the job enrich_contact a@a.example for w is missing, not dead',
    ]);
  });
});

describe('work that something may break', () => {
  const never = new Promise<string>(() => {});
  const { signal } = new AbortController();

  it('is done where nothing does', async () => {
    expect(await unlessBroken(never, () => Promise.resolve(7), signal)).toBe(7);
    await expect(unlessBroken(never, () => Promise.reject(new Error('its own')), signal)).rejects.toThrow('its own');
  });

  it('ends with what broke, although a call failed because of it first', async () => {
    let told: AbortSignal | undefined;
    const work = (ends: AbortSignal): Promise<never> => {
      told = ends;
      return Promise.reject(new Error('fetch failed'));
    };
    const broken = new Promise<string>((resolve) => setTimeout(() => resolve('worker ended with SIGKILL'), 20));
    await expect(unlessBroken(broken, work, signal)).rejects.toThrow('worker ended with SIGKILL');
    expect(told?.aborted).toBe(true);
  });
});
