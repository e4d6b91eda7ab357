// Alarms, budget, events, linked signals and pages.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger, type LogFields } from '../../../src/base/logger.js';
import { createAlarms } from '../../../src/scheduler/processes/alarms.js';
import { closingAfterMs } from '../../../src/scheduler/runs/budget.js';
import { createEvents } from '../../../src/scheduler/contracts/events.js';
import { linkSignals } from '../../../src/base/linked-signal.js';
import { cursorOf, limitOf, pageOf } from '../../../src/scheduler/contracts/page.js';
import { within } from '../../../src/base/within.js';
import { createManualClock } from '../../../src/scheduler/testing/index.js';

describe('alarms', () => {
  it('ring a whole millisecond after what was asked, never before', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 1e6, noNaN: true }), (wait) => {
        const clock = createManualClock(new Date(0));
        const alarms = createAlarms(clock);
        alarms.set('a', wait);
        clock.set(new Date(Math.max(0, Math.floor(wait))));
        expect(alarms.rings('a')).toBe(false);
        clock.set(new Date(Math.max(0, Math.ceil(wait)) + 1));
        expect(alarms.rings('a')).toBe(true);
      }),
    );
  });

  it('tell the earliest, and can only be moved forward by setEarlier', () => {
    const alarms = createAlarms(createManualClock(new Date(0)));
    expect(alarms.nextInMs()).toBeNull();
    alarms.set('a', 500);
    alarms.set('b', 900);
    alarms.setEarlier('b', 2_000);
    alarms.setEarlier('b', 100);
    expect(alarms.nextInMs()).toBe(101);
    alarms.clear('b');
    expect(alarms.nextInMs()).toBe(501);
  });
});

it('nothing new is begun in the last tenth of a budget, 30 s at most', () => {
  expect([closingAfterMs(300), closingAfterMs(10), closingAfterMs(3_600)]).toEqual([270_000, 9_000, 3_570_000]);
});

describe('events', () => {
  it('reach every listener, even past one that throws or rejects', async () => {
    const logged: (LogFields | undefined)[] = [];
    const events = createEvents({ ...silentLogger, error: (_message, fields) => void logged.push(fields) });
    const heard: string[] = [];
    const listener = ({ name }: { name: string }): void => void heard.push(name);
    events.on('breaker.changed', () => {
      throw new Error('first');
    });
    const rejects: () => unknown = () => Promise.reject(new Error('second'));
    events.on('breaker.changed', rejects);
    events.on('breaker.changed', listener);
    events.emit('breaker.changed', { name: 'worker', state: 'open' });
    events.off('breaker.changed', listener);
    events.emit('breaker.changed', { name: 'worker', state: 'closed' });
    await Promise.resolve();
    expect(heard).toEqual(['worker']);
    expect(logged).toHaveLength(4);
  });
});

describe('a limit on waiting', () => {
  it('rejects what is not answered', async () => {
    const never = within(20, new Promise<void>(() => {}), 'a thing');
    await expect(never).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'a thing: no answer within 20 ms',
    });
  });

  it('hears an answer that came in time while the event loop was blocked', async () => {
    const answer = within(20, readFile('package.json', 'utf8'), 'a file');
    const end = performance.now() + 200;
    while (performance.now() < end);
    expect(await answer).toContain('punctual');
  });
});

describe('linked signals', () => {
  it('follow the first source that aborts, and nobody after they were unlinked', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const linked = linkSignals(first.signal, second.signal);
    const unlinked = linkSignals(first.signal);
    unlinked.unlink();
    second.abort('why');
    first.abort();
    expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'why']);
    expect(unlinked.signal.aborted).toBe(false);
    expect(linkSignals(first.signal).signal.aborted).toBe(true);
  });
});

describe('pages', () => {
  it('give out a cursor only when there is more, and read it back', () => {
    const rows = [1, 2, 3];
    const page = pageOf(rows, 2, String, (row) => row);
    expect(page.items).toEqual(['1', '2']);
    const read = (held: unknown) => (typeof held === 'number' ? held : null);
    expect(cursorOf({ cursor: page.nextCursor! }, read)).toBe(2);
    expect(pageOf(rows, 3, String, (row) => row).nextCursor).toBeNull();
    expect(() => cursorOf({ cursor: 'InNvIg' }, read)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it.each([0, -1, 201, 1.5, NaN])('refuse a limit of %p', (limit) => {
    expect(() => limitOf({ limit })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
