// Pages come in their order, whatever order they arrive in, and no more are fetched than may be.
import { describe, expect, it } from '@jest/globals';
import type { MembersPage } from '../../../../src/clients/members/members-client.js';
import { pagesAhead } from '../../../../src/modules/lists/import/page-ahead.js';
import { deferred } from '../../../scheduler/queue/support.js';

const pageOf = (at: string | null, next: string | null): MembersPage => ({
  members: [{ id: at ?? '1' }],
  total: null,
  next,
});

const idOf = (page: MembersPage): unknown => page.members[0]?.id;

describe('numbered pages', () => {
  it('are fetched beside each other once there is a second one, and taken in order', async () => {
    const asked: string[] = [];
    const arrivals = new Map<string, () => void>();
    const ahead = pagesAhead({
      ...{ style: 'page', from: null, parallel: 3, buffered: 10 },
      fetch: (at) => {
        const number = at ?? '1';
        const { promise, resolve } = deferred<MembersPage>();
        asked.push(number);
        arrivals.set(number, () => resolve(pageOf(number, number === '5' ? null : String(Number(number) + 1))));
        return promise;
      },
    });
    const first = ahead.take();
    expect(asked).toEqual(['1']);
    arrivals.get('1')?.();
    expect(idOf(await first)).toBe('1');
    expect(asked).toEqual(['1', '2', '3', '4']);
    expect(ahead.ready()).toBe(false);
    arrivals.get('3')?.();
    arrivals.get('2')?.();
    expect([idOf(await ahead.take()), idOf(await ahead.take())]).toEqual(['2', '3']);
    arrivals.get('4')?.();
    arrivals.get('5')?.();
    expect([idOf(await ahead.take()), idOf(await ahead.take())]).toEqual(['4', '5']);
  });

  it('before one that failed are ready, and it is not: what there is can be stored first', async () => {
    const ahead = pagesAhead({
      ...{ style: 'page', from: null, parallel: 2, buffered: 10 },
      fetch: (at) => (at === '3' ? Promise.reject(new Error('refused')) : Promise.resolve(pageOf(at, 'more'))),
    });
    await ahead.take();
    await new Promise(setImmediate);
    expect(ahead.ready()).toBe(true);
    expect(idOf(await ahead.take())).toBe('2');
    expect(ahead.ready()).toBe(false);
    await expect(ahead.take()).rejects.toThrow('refused');
  });

  it('stop where the buffer is full', async () => {
    const asked: (string | null)[] = [];
    const ahead = pagesAhead({
      ...{ style: 'page', from: null, parallel: 4, buffered: 3 },
      fetch: (at) => {
        asked.push(at);
        return Promise.resolve(pageOf(at, 'more'));
      },
    });
    await ahead.take();
    await new Promise(setImmediate);
    expect(asked).toEqual([null, '2', '3', '4']);
  });
});

describe('pages behind a cursor', () => {
  it('are fetched one after the other, ahead of the reader', async () => {
    const asked: (string | null)[] = [];
    const ahead = pagesAhead({
      ...{ style: 'cursor', from: 'b', parallel: 4, buffered: 10 },
      fetch: (at) => {
        asked.push(at);
        return Promise.resolve(pageOf(at, at === 'bxx' ? null : `${at}x`));
      },
    });
    await ahead.take();
    await new Promise(setImmediate);
    expect(asked).toEqual(['b', 'bx', 'bxx']);
    expect(ahead.ready()).toBe(true);
    expect([idOf(await ahead.take()), idOf(await ahead.take())]).toEqual(['bx', 'bxx']);
  });

  it('that fail reject where they are taken, and nothing more is begun', async () => {
    let asked = 0;
    const ahead = pagesAhead({
      ...{ style: 'page', from: null, parallel: 2, buffered: 10 },
      fetch: (at) => {
        asked += 1;
        return at === null ? Promise.resolve(pageOf(null, '2')) : Promise.reject(new Error(`page ${at}`));
      },
    });
    await ahead.take();
    await expect(ahead.take()).rejects.toThrow('page 2');
    expect(asked).toBeLessThanOrEqual(3);
  });
});
