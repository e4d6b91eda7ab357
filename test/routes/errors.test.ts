// Errors as problems: what each code becomes, and that nothing of an unforeseen one gets out.
import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import type { BuiltInCode } from '../../src/base/error-codes.js';
import { SchedulerError } from '../../src/base/errors.js';
import { silentLogger, type LogFields } from '../../src/base/logger.js';
import { errorHandler } from '../../src/routes/kit/error-handler.js';
import { createAdminApp } from './admin-app.js';
import { RUN_ID } from './fake-scheduler.js';

async function answerTo(
  error: unknown,
): Promise<{ status: number; body: Record<string, unknown>; retryAfter?: string }> {
  const { as, scheduler } = createAdminApp();
  Object.assign(scheduler, { status: () => Promise.reject(error as Error) });
  const response = await as('get', '/status');
  expect(response.type).toBe('application/problem+json');
  const retryAfter = response.get('Retry-After');
  return {
    status: response.status,
    body: response.body as Record<string, unknown>,
    ...(retryAfter ? { retryAfter } : {}),
  };
}

describe('errors that were thrown on purpose', () => {
  it.each<[BuiltInCode, number]>([
    ['INVALID_INPUT', 400],
    ['PROCESS_NOT_FOUND', 404],
    ['SUBSCRIPTIONS_DISABLED', 404],
    ['ALREADY_RUNNING', 409],
    ['IDEMPOTENCY_IN_PROGRESS', 409],
    ['IDEMPOTENCY_MISMATCH', 422],
    ['ENCRYPTION_UNAVAILABLE', 501],
    ['RECEIVER_MISCONFIGURED', 502],
  ])('%s is %i', async (code, status) => {
    const { body } = await answerTo(new SchedulerError(code, 'what happened'));
    expect(body).toMatchObject({ type: 'about:blank', status, code, detail: 'what happened' });
  });

  it.each<BuiltInCode>(['NOT_STARTED', 'STOPPING', 'DATABASE_UNAVAILABLE', 'LOST_INSTANCE'])(
    '%s is 503, later',
    async (code) => {
      expect(await answerTo(new SchedulerError(code, 'later'))).toMatchObject({ status: 503, retryAfter: '5' });
    },
  );

  it('of a caller that hangs up while its body is read is no fault of ours', async () => {
    const logged: unknown[] = [];
    const log = (...line: unknown[]): void => void logged.push(line);
    const respond = errorHandler({ ...silentLogger, warn: log, error: log });
    const app = express();
    app.post('/', async (request, response) => {
      const drop = new Writable({ write: (_chunk, _encoding, done) => done() });
      await pipeline(request, drop).catch((error: unknown) => respond(error, request, response, log));
      ended.emit('response', response.statusCode);
    });
    const ended = new EventEmitter();
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nthe beginning');
    await once(server, 'request');
    socket.destroy();
    const [status] = (await once(ended, 'response')) as [number];
    server.close();
    expect(status).toBe(400);
    expect(logged).toEqual([]);
  });

  it('of a state that passes are a warning without a stack', async () => {
    const logged: unknown[] = [];
    const logger = {
      ...silentLogger,
      warn: (...line: unknown[]) => logged.push(line),
      error: (...line: unknown[]) => logged.push(line),
    };
    const { as, scheduler } = createAdminApp({ logger });
    Object.assign(scheduler, { status: () => Promise.reject(new SchedulerError('NOT_STARTED', 'not yet')) });
    await as('get', '/status').expect(503);
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    Object.assign(scheduler, { status: () => Promise.reject(lost) });
    await as('get', '/status').expect(503);
    const line = 'request refused for now';
    expect(logged).toEqual([
      [line, { code: 'NOT_STARTED', reason: 'not yet' }],
      [line, { code: 'DATABASE_UNAVAILABLE', reason: 'connect ECONNREFUSED' }],
    ]);
  });

  it('paths are in the notation of the API', async () => {
    const errors = [{ path: 'dayOfMonth', message: 'no' }];
    const schedule = await answerTo(new SchedulerError('INVALID_SCHEDULE', 'no', { errors }));
    expect(schedule.body['errors']).toEqual([{ path: 'schedule.day_of_month', message: 'no' }]);
    const input = await answerTo(
      new SchedulerError('INVALID_INPUT', 'no', { errors: [{ path: 'userId', message: 'no' }] }),
    );
    expect(input.body['errors']).toEqual([{ path: 'user_id', message: 'no' }]);
  });
});

describe('errors that nobody foresaw', () => {
  it('are logged whole and told without a word of them', async () => {
    const logged: [string, LogFields | undefined][] = [];
    const logger = { ...silentLogger, error: (message: string, fields?: LogFields) => logged.push([message, fields]) };
    const { as, scheduler } = createAdminApp({ logger });
    Object.assign(scheduler, { status: () => Promise.reject(new Error('password=hunter2')) });
    const { body } = await as('get', '/status').expect(500);
    expect(body).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(logged).toEqual([['request failed', { code: 'INTERNAL', error: new Error('password=hunter2') }]]);
  });

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
    new Error('Connection terminated unexpectedly'),
  ])('%s means that the database is away', async (error) => {
    expect(await answerTo(error)).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
  });

  it('may be no errors at all', async () => {
    expect((await answerTo('a string')).status).toBe(500);
  });
});

describe('what is not there', () => {
  it('is a 404 with a problem', async () => {
    const { as } = createAdminApp();
    const { body } = await as('delete', `/runs/${RUN_ID}`).expect(404);
    expect(body).toMatchObject({ code: 'ROUTE_NOT_FOUND', status: 404 });
  });

  it('a scheduler without subscriptions says so', async () => {
    const { as, scheduler } = createAdminApp();
    Object.assign(scheduler, { subscriptions: null });
    const { body } = await as('get', '/subscriptions').expect(404);
    expect(body).toMatchObject({ code: 'SUBSCRIPTIONS_DISABLED' });
    expect((await as('get', '/status').expect(200)).body).toMatchObject({ subscriptions: null });
  });
});
