// Turning whatever was thrown into a record never throws, and keeps what a reader needs.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSchedulerError, SchedulerError, toError } from '../../src/base/errors.js';
import { asLogLine, safeLogger } from '../../src/base/safe-logger.js';
import { describeThrown, textOf } from '../../src/base/thrown.js';
import { statementError, unavailable } from '../../src/db/wire/connection-errors.js';
import {
  databaseFault,
  isBadValue,
  isRefusal,
  mayHaveTakenEffect,
  passesByItself,
} from '../../src/scheduler/work/database-faults.js';
import { isUnstorable, storableText } from '../../src/base/to-json.js';
import { handlerError } from '../../src/scheduler/queue/run/handler-error.js';
import { startServer } from '../support/servers/http-server.js';
import { MONSTERS, monster } from '../support/monsters.js';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

describe('a record of what was thrown', () => {
  it('is made of strings, whatever was thrown', () => {
    fc.assert(
      fc.property(monster(), (make) => {
        const thrown = make();
        const record = describeThrown(thrown);
        expect(isText(record.message) && isText(record.name)).toBe(true);
        expect(record.code === null || isText(record.code)).toBe(true);
        expect(record.stack === null || isText(record.stack)).toBe(true);
        const error = toError(thrown);
        expect([typeof error.message, typeof error.name]).toEqual(['string', 'string']);
        expect(JSON.stringify({ message: error.message, code: (error as { code?: unknown }).code })).toBeDefined();
        expect(typeof isSchedulerError(thrown)).toBe('boolean');
        const kept = handlerError(thrown);
        expect(kept.message.length).toBeLessThanOrEqual(2_000);
        expect(isUnstorable(JSON.stringify(kept))).toBe(false);
        expect(typeof textOf(thrown)).toBe('string');
        expect(storableText(thrown, 100)).not.toContain('\0');
        expect(typeof asLogLine(thrown).message).toBe('string');
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(Object.entries(MONSTERS))('of %s reads the same twice', (_name, make) => {
    const thrown = make();
    expect(describeThrown(thrown)).toEqual(describeThrown(thrown));
  });

  it('can be asked whether the database is at fault', () => {
    fc.assert(
      fc.property(monster(), (make) => {
        const thrown = make();
        for (const wrapped of [thrown, new SchedulerError('DATABASE_UNAVAILABLE', 'x', {}, { cause: thrown })]) {
          const answers = [passesByItself, isRefusal, mayHaveTakenEffect, isBadValue].map((ask) => ask(wrapped));
          expect(answers.every((answer) => typeof answer === 'boolean')).toBe(true);
          expect([unavailable(wrapped), databaseFault('x', wrapped)].every((error) => isSchedulerError(error))).toBe(
            true,
          );
        }
        statementError(thrown);
      }),
    );
  });

  it('takes no proxy for an error of ours', () => {
    expect(isSchedulerError(new Proxy(new SchedulerError('INTERNAL', 'x'), {}))).toBe(false);
  });

  it('says what a list of messages says', () => {
    const thrown = Object.assign(new Error('x'), { message: ['must be an email'] });
    expect(describeThrown(thrown).message).toBe('["must be an email"]');
  });

  it('names the cause of a failed fetch', async () => {
    const server = await startServer((_request, response) => response.end());
    await server.close();
    const thrown: unknown = await fetch(server.url).catch((error: unknown) => error);
    expect(describeThrown(thrown)).toMatchObject({
      name: 'TypeError',
      code: 'ECONNREFUSED',
      message: expect.stringMatching(/^fetch failed: .*ECONNREFUSED/),
    });
  });

  it('keeps the code of an error with a name of its own, not that of its cause', () => {
    class Refused extends Error {
      override readonly name = 'Refused';
    }
    const cause = Object.assign(new Error('duplicate key'), { code: '23505' });
    expect(describeThrown(new Refused('taken', { cause }))).toMatchObject({
      name: 'Refused',
      code: null,
      message: 'taken: duplicate key',
    });
  });

  it('leaves errors that are safe to read as they are', () => {
    const error = new SchedulerError('INVALID_INPUT', 'no');
    expect(toError(error)).toBe(error);
    const abort = AbortSignal.abort().reason as unknown;
    expect(toError(abort)).toBe(abort);
  });
});

describe('a safe logger', () => {
  it('writes what it is given, and swallows what the logger below throws', () => {
    const lines: unknown[] = [];
    const line = (message: string, fields?: unknown): void => {
      if (message === 'full') throw new Error('disk full');
      lines.push([message, fields]);
    };
    const below = { debug: line, info: line, warn: line, error: line, child: () => below };
    const logger = safeLogger(below);
    logger.error(new Error('oh') as never);
    logger.warn(undefined as never);
    logger.info('text', 3 as never);
    logger.info('full');
    logger.child({ a: 1 }).debug('child');
    expect(lines).toEqual([
      ['oh', { error: { name: 'Error', stack: expect.any(String) } }],
      ['undefined', undefined],
      ['text', { data: 3 }],
      ['child', undefined],
    ]);
  });
});
