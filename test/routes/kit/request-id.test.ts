// Each request has an id and one line in the log, and no secret gets there.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import { systemClock } from '../../../src/base/clock.js';
import { silentLogger, type LogFields } from '../../../src/base/logger.js';
import { createRequestContext, withRequestContext } from '../../../src/base/request-context.js';
import { accessLog, requestId } from '../../../src/routes/kit/request-id.js';

function createApp() {
  const lines: [level: string, LogFields | undefined][] = [];
  const context = createRequestContext();
  const recorder = {
    ...silentLogger,
    info: (_message: string, fields?: LogFields) => lines.push(['info', fields]),
    debug: (_message: string, fields?: LogFields) => lines.push(['debug', fields]),
  };
  const app = express().use(requestId(context), accessLog(withRequestContext(recorder, context), systemClock));
  app.use((_request, response) => response.status(204).end());
  return { app, lines };
}

describe('the request id', () => {
  it('is the caller’s own when it is sane', async () => {
    const response = await supertest(createApp().app).get('/').set('X-Request-Id', 'trace-12345678');
    expect(response.get('X-Request-Id')).toBe('trace-12345678');
  });

  it.each(['', 'short', 'x'.repeat(129), 'with space in it', '<script>alert(1)</script>'])(
    'is new for %j',
    async (given) => {
      const response = await supertest(createApp().app).get('/').set('X-Request-Id', given);
      expect(response.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('the access log', () => {
  it('has one line a request, with its id, and neither query nor headers nor body', async () => {
    const { app, lines } = createApp();
    const response = await supertest(app)
      .post('/admin/runs?token=secret-1')
      .set('Authorization', 'Bearer secret-2')
      .send({ password: 'secret-3' });
    expect(lines).toEqual([
      [
        'info',
        {
          request_id: response.get('X-Request-Id'),
          method: 'POST',
          path: '/admin/runs',
          status: 204,
          duration_ms: expect.any(Number),
          sent: true,
        },
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is quiet about health checks', async () => {
    const { app, lines } = createApp();
    await supertest(app).get('/health/ready');
    expect(lines.map(([level]) => level)).toEqual(['debug']);
  });
});
