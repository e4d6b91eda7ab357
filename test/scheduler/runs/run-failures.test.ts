// How a failed run is logged: an error line means that a person must act.
import { expect, it } from '@jest/globals';
import { SchedulerError } from '../../../src/base/errors.js';
import type { Logger, LogFields } from '../../../src/base/logger.js';
import { createEngineTests } from '../engine-kit.js';

const kit = createEngineTests();

/** The levels at which `run failed` is said of a run that throws this. */
async function levelsOf(thrown: unknown, cancelled = false): Promise<readonly string[]> {
  const levels: string[] = [];
  const at =
    (level: string) =>
    (message: string, _fields?: LogFields): void => {
      if (message === 'run failed') levels.push(level);
    };
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  const engine = kit.engine({}, { logger });
  engine.registerProcess({
    name: 'fails',
    exclusive: false,
    run: async ({ signal }) => {
      if (cancelled) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw thrown;
    },
  });
  await engine.start();
  const { id, finished } = await engine.begin('fails', { by: 'ops' });
  if (cancelled) await engine.runs.cancel(id, { name: 'ops' });
  await finished;
  return levels;
}

it('an outage that passes is a warning', async () => {
  expect(await levelsOf(new SchedulerError('DATABASE_UNAVAILABLE', 'away'))).toEqual(['warn']);
  expect(await levelsOf(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toEqual(['warn']);
});

it('a run that was cancelled is a warning, whatever it throws', async () => {
  expect(await levelsOf(new TypeError('x is not a function'), true)).toEqual(['warn']);
});

it('anything else is an error', async () => {
  expect(await levelsOf(new TypeError('x is not a function'))).toEqual(['error']);
  expect(await levelsOf('oops')).toEqual(['error']);
});
