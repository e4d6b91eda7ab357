// How the process ends: once, in order, and with a code that tells how it went.
import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { silentLogger } from '../../src/base/logger.js';
import { endWithProcess } from '../../src/server/process-end.js';

function create(stop: () => Promise<void> = async () => {}, limitMs = 60_000) {
  const events = new EventEmitter();
  const exits: number[] = [];
  const stops: string[] = [];
  const exit = (code: number): void => {
    exits.push(code);
    events.emit('exited');
  };
  const host = Object.assign(events, { exit });
  const { end } = endWithProcess({
    process: host,
    logger: silentLogger,
    stop: () => {
      stops.push('stop');
      return stop();
    },
    limitMs,
  });
  return { events, exits, stops, end, exited: once(events, 'exited') };
}

describe('endWithProcess', () => {
  it.each(['SIGTERM', 'SIGINT'])('drains on %s and ends with 0', async (signal) => {
    const { events, exits, stops, exited } = create();
    events.emit(signal, signal);
    await exited;
    expect([stops, exits]).toEqual([['stop'], [0]]);
  });

  it('is forced by a second signal', () => {
    const { events, exits, stops } = create(() => new Promise(() => {}));
    events.emit('SIGTERM', 'SIGTERM');
    expect(exits).toEqual([]);
    events.emit('SIGINT', 'SIGINT');
    expect([stops, exits]).toEqual([['stop'], [1]]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('drains after an %s and ends with 1', async (event) => {
    const { events, exits, stops, exited } = create();
    events.emit(event, new Error('nobody caught me'));
    await exited;
    expect([stops, exits]).toEqual([['stop'], [1]]);
  });

  it('drains once, however much goes wrong on the way', async () => {
    const { events, exits, stops, end, exited } = create();
    events.emit('SIGTERM', 'SIGTERM');
    end(new Error('start was given up'));
    events.emit('uncaughtException', new Error('and another'));
    await exited;
    expect([stops, exits]).toEqual([['stop'], [0]]);
  });

  it('ends with 1 when the stop never comes to its end', async () => {
    const { events, exits, exited } = create(() => new Promise(() => {}), 20);
    events.emit('SIGTERM', 'SIGTERM');
    const alive = setInterval(() => {}, 1_000); // as a server's own sockets would
    await exited;
    clearInterval(alive);
    expect(exits).toEqual([1]);
  });

  it('ends with 1 when it cannot stop cleanly', async () => {
    const { events, exits, exited } = create(() => Promise.reject(new Error('stuck')));
    events.emit('SIGTERM', 'SIGTERM');
    await exited;
    expect(exits).toEqual([1]);
  });
});
