import { describe, expect, it } from '@jest/globals';
import { cursorOf, limitOf, pageOf } from '../../../src/scheduler/contracts/page.js';

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
