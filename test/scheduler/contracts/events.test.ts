import { describe, expect, it } from '@jest/globals';
import { silentLogger, type LogFields } from '../../../src/base/logger.js';
import { createEvents } from '../../../src/scheduler/contracts/events.js';

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
