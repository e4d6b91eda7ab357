// Which faults pass by themselves, and which need a person.
import { describe, expect, it } from '@jest/globals';
import { SchedulerError } from '../../../src/base/errors.js';
import { databaseFault, passesByItself } from '../../../src/scheduler/work/database-faults.js';

const withCode = (code: string): Error => Object.assign(new Error('said by the driver'), { code });

describe('passesByItself', () => {
  it.each([
    ['a database that is away', new SchedulerError('DATABASE_UNAVAILABLE', 'away')],
    ['a receiver that is away', new SchedulerError('RECEIVER_UNAVAILABLE', 'away')],
    ['a lost instance', new SchedulerError('LOST_INSTANCE', 'lost')],
    ['a connection that is refused', withCode('ECONNREFUSED')],
    ['a server that shuts down', withCode('57P01')],
    ['a claim during an outage', databaseFault('could not claim', withCode('ECONNRESET'))],
    ['a server that has no connection left', withCode('53300')],
  ])('%s does', (_, error) => expect(passesByItself(error)).toBe(true));

  it.each([
    ['a handler that throws', new TypeError('x is not a function')],
    ['a statement that is refused', withCode('42501')],
    ['a claim without the right to it', databaseFault('could not claim', withCode('42501'))],
    ['a receiver that is set up wrongly', new SchedulerError('RECEIVER_MISCONFIGURED', '401')],
    ['something that is no error', 'oops'],
    ['nothing', undefined],
  ])('%s does not', (_, error) => expect(passesByItself(error)).toBe(false));
});
