import { describe, expect, it } from '@jest/globals';
import { handlerError } from '../../../../src/scheduler/queue/run/handler-error.js';

describe('what a handler threw', () => {
  it('is described whatever was thrown', () => {
    class Odd extends Error {
      override readonly name = 'Odd';
    }
    expect(handlerError(new Odd(''))).toMatchObject({ code: 'Odd', message: 'Odd' });
    expect(handlerError(Object.assign(new Error('m'), { code: 'E' }))).toMatchObject({ code: 'E', message: 'm' });
    expect(handlerError(null)).toMatchObject({ code: 'NON_ERROR' });
    expect(handlerError(10n)).toMatchObject({ code: 'NON_ERROR' });
    expect(handlerError(new Error('x'.repeat(1e6))).message).toHaveLength(2_000);
  });
});
