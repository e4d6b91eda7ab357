// How a run ends, from what happened to it.
import { describe, expect, it } from '@jest/globals';
import { runEnd, type RunFacts } from '../../../src/scheduler/runs/run-end.js';

const facts: RunFacts = { lost: false, forced: false, cancelledBy: null, closing: false, thrown: null, result: null };
const thrown = { error: new Error('no') };

describe('runEnd', () => {
  it.each<[string, Partial<RunFacts>, ReturnType<typeof runEnd>]>([
    ['well', {}, { status: 'completed', error: null, stoppedEarly: false }],
    ['early', { closing: true }, { status: 'completed', error: null, stoppedEarly: true }],
    [
      'done although told to close, by its own word',
      { closing: true, result: { stopped_early: 0 } },
      { status: 'completed', error: null, stoppedEarly: false },
    ],
    [
      'early by its own word',
      { result: { stopped_early: 1 } },
      { status: 'completed', error: null, stoppedEarly: true },
    ],
    ['badly', { thrown }, { status: 'failed', error: 'no', stoppedEarly: false }],
    [
      'badly, with no error',
      { thrown: { error: undefined } },
      { status: 'failed', error: expect.any(String) as never, stoppedEarly: false },
    ],
    [
      'cancelled',
      { cancelledBy: 'ops', thrown },
      { status: 'cancelled', error: 'cancelled by ops', stoppedEarly: false },
    ],
    ['not at all: cut off by a stop', { forced: true, thrown }, null],
    ['well, just before it was cut off', { forced: true }, { status: 'completed', error: null, stoppedEarly: false }],
    ['not at all: its instance was lost', { lost: true, cancelledBy: 'ops' }, null],
  ])('%s', (_what, some, end) => {
    expect(runEnd({ ...facts, ...some })).toEqual(end);
  });
});
