// Health, metrics and the line of the log: what they say of the queue, and when they warn.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { notifications } from '../../../../src/modules/notifications/index.js';
import type { NotificationsState } from '../../../../src/modules/notifications/module.js';
import { createDeliveryMeter, createMetricsLog } from '../../../../src/modules/notifications/status/delivery-meter.js';
import { warningsOf } from '../../../../src/modules/notifications/status/queue-health.js';
import { createMetrics } from '../../../../src/routes/index.js';
import { waitFor } from '../../../support/wait-for.js';
import { acceptAll, startPeopleApp, type PeopleApp } from '../people-app.js';

let app: PeopleApp;
let metrics: ReturnType<typeof createMetrics>;
beforeAll(async () => {
  app = await startPeopleApp({ backlogWarn: 2, failedWarn: 1 });
  metrics = createMetrics(app.scheduler);
  const insert = (status: string, n: number, columns = '', values = '') =>
    app.sql(
      `INSERT INTO {schema}.notifications (id, notification_type, category, status${columns})
       SELECT gen_random_uuid(), 'immediate', 'immediate', '${status}'${values} FROM generate_series(1, ${n})`,
    );
  await insert('pending', 3);
  await insert('pending', 5, ', scheduled_for', `, now() + interval '1 hour'`);
  await insert('sent', 4, ', processed_at', ', now()');
  await insert('sent', 4, ', processed_at', `, now() - interval '25 hours'`);
  await insert('failed', 2, ', processed_at', ', now()');
});
afterAll(async () => {
  metrics.close();
  await app.close();
});

describe('the state of the queue', () => {
  it('counts what is due, and what ended within a day, and warns', async () => {
    const { status, body } = await app.call('GET', '/health/queue');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'degraded',
      queue_metrics: { waiting: 3, active: 0, completed: 4, failed: 2 },
      circuit_breaker: 'closed',
      transports: [
        {
          name: 'test',
          delivery_method: 'email',
          circuit_breaker: 'closed',
          since: expect.stringMatching(/Z$/) as unknown,
        },
      ],
      warnings: ['3 notifications wait (more than 2)', '2 notifications failed within 24 hours (more than 1)'],
    });
  });

  it('is a part of the health of the whole', async () => {
    const parts = await app.scheduler.modules?.health();
    expect(parts).toMatchObject([{ name: 'notifications', status: 'degraded', details: { waiting: 3 } }]);
  });

  it('is read by Prometheus', async () => {
    const text = await metrics.render();
    expect(text).toContain('punctual_notifications_queue{state="waiting"} 3');
    expect(text).toContain('punctual_notifications_breaker_state{transport="test",method="email",state="closed"} 1');
  });
});

describe('warnings', () => {
  const counts = { waiting: 1_000, active: 0, completed: 0, failed: 100 };
  const thresholds = { backlogWarn: 1_000, failedWarn: 100 };

  it('come above the thresholds and not at them, and for an open breaker', () => {
    expect(warningsOf(counts, [], thresholds)).toEqual([]);
    expect(warningsOf({ ...counts, waiting: 1_001, failed: 101 }, [], thresholds)).toHaveLength(2);
    const transports = (['closed', 'half_open', 'open'] as const).map((state) => ({
      name: state,
      method: 'email' as const,
      state,
    }));
    expect(warningsOf(counts, transports, thresholds)).toEqual([
      'the circuit breaker of the transport open (email) is open',
    ]);
  });
});

describe('the line of the log', () => {
  const attempt = { id: 'x', attempt: 1, status: 'sent', log_status: 'sent' } as const;

  it('says what was done since the last one', () => {
    const meter = createDeliveryMeter();
    meter.record([
      { ...attempt, duration_ms: 10 },
      { ...attempt, duration_ms: 30 },
      { ...attempt, log_status: 'unknown' },
      { ...attempt, log_status: 'delayed' },
    ]);
    expect(meter.take()).toEqual({ sent: 2, retried: 1, failed: 0, cancelled: 0, delayed: 1, meanMs: 20 });
    expect(meter.take()).toEqual({ sent: 0, retried: 0, failed: 0, cancelled: 0, delayed: 0, meanMs: null });
  });

  it('comes again and again, also while the database does not respond', async () => {
    const lines: object[] = [];
    const logger = { info: (message: string, fields: object) => void lines.push({ message, ...fields }) };
    const ask = () => Promise.reject(new Error('no database'));
    const log = createMetricsLog({ logger: logger as never }, { meter: createDeliveryMeter(), ask, everyS: 0.01 });
    log.start();
    await waitFor(() => lines.length > 1);
    log.stop();
    expect(lines[0]).toMatchObject({ message: 'notification metrics', sent: 0, queue: 'unknown' });
  });
});

it('counts each attempt of this process once', async () => {
  const definition = notifications({ from: 'shop@shop.example', transport: acceptAll() });
  const { meter } = app.scheduler.module(definition) as NotificationsState;
  meter.record([{ id: 'x', attempt: 1, status: 'sent', log_status: 'sent', transport: 'test', duration_ms: 40 }]);
  const text = await metrics.render();
  expect(text).toContain('punctual_notifications_attempts_total{status="sent",transport="test"} 1');
  expect(text).toContain('punctual_notifications_attempt_seconds_bucket{le="0.05",transport="test"} 1');
});
