import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { within } from '../../../src/base/timing/within.js';

describe('a limit on waiting', () => {
  it('rejects what is not answered', async () => {
    const never = within(20, new Promise<void>(() => {}), 'a thing');
    await expect(never).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'a thing: no response within 20 ms',
    });
  });

  it('hears an answer that came in time while the event loop was blocked', async () => {
    const answer = within(20, readFile('package.json', 'utf8'), 'a file');
    const end = performance.now() + 200;
    while (performance.now() < end);
    expect(await answer).toContain('punctual');
  });
});
