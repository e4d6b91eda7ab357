// Setting runs going: what is handed on, how long is waited, what is answered.
import { describe, expect, it } from '@jest/globals';
import { SchedulerError } from '../../../../src/base/errors.js';
import type { Run } from '../../../../src/routes/scheduler-port.js';
import { createAdminApp } from '../../admin-app.js';
import { finishedRun, RUN_ID, SUBSCRIPTION_ID } from '../../fake-scheduler.js';

const never = new Promise<Run>(() => {});

describe('POST /admin/process-subscriptions', () => {
  it('hands on every filter and answers the finished run', async () => {
    const { as, asked } = createAdminApp();
    const response = await as('post', '/process-subscriptions')
      .set('Idempotency-Key', 'key-1')
      .send({
        subscription_ids: [SUBSCRIPTION_ID],
        user_id: 'u',
        tenant_id: 't',
        frequency: 'daily',
        limit: 10,
        force: true,
      });
    expect(asked('begin')).toEqual([
      'subscriptions',
      {
        by: expect.objectContaining({ name: 'alice' }),
        trigger: 'manual',
        idempotencyKey: 'key-1',
        input: {
          subscriptionIds: [SUBSCRIPTION_ID],
          userId: 'u',
          tenantId: 't',
          frequency: 'daily',
          limit: 10,
          dryRun: false,
          force: true,
        },
      },
    ]);
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      success: true,
      message: '3 processed: 2 successful, 1 failed',
      result: {
        run_id: RUN_ID,
        processed: 3,
        successful: 2,
        failed: 1,
        skipped: 0,
        dead: 1,
        lost: 0,
        stopped_early: false,
        duration_ms: 1_500,
        errors: finishedRun.errors,
        counts: finishedRun.counts,
      },
    });
  });

  it('needs no body', async () => {
    const { as, asked } = createAdminApp();
    await as('post', '/process-subscriptions').expect(200);
    expect(asked('begin')?.[1]).toMatchObject({ input: { dryRun: false, force: false } });
  });

  it.each(['respond-async', 'respond-async, wait=0', 'wait=0', 'foo; Respond-Async'])(
    'answers 202 and where to look for Prefer: %s',
    async (prefer) => {
      const { as, scheduler } = createAdminApp();
      scheduler.started = () => ({ id: RUN_ID, repeated: false, finished: never });
      const response = await as('post', '/process-subscriptions').set('Prefer', prefer);
      expect([response.status, response.get('Location')]).toEqual([202, `/admin/runs/${RUN_ID}`]);
      expect(response.body).toMatchObject({ success: true, run_id: RUN_ID, location: `/admin/runs/${RUN_ID}` });
    },
  );

  it('stops waiting when the server closes; the run goes on', async () => {
    const closing = new AbortController();
    const { as, scheduler } = createAdminApp({ closing: closing.signal });
    scheduler.started = () => {
      setImmediate(() => closing.abort());
      return { id: RUN_ID, repeated: false, finished: never };
    };
    await as('post', '/process-subscriptions').expect(202);
  });

  it('says so when a key repeats an earlier call', async () => {
    const { as, scheduler } = createAdminApp();
    scheduler.started = () => ({ id: RUN_ID, repeated: true, finished: Promise.resolve(finishedRun) });
    const response = await as('post', '/process-subscriptions').set('Idempotency-Key', 'again');
    expect([response.status, response.get('Idempotency-Replayed')]).toEqual([200, 'true']);
  });

  it('is not a success when the run itself was aborted', async () => {
    const { as, scheduler } = createAdminApp();
    const failed: Run = { ...finishedRun, status: 'failed', error: 'the worker answered 401' };
    scheduler.started = () => ({ id: RUN_ID, repeated: false, finished: Promise.resolve(failed) });
    const { body } = await as('post', '/process-subscriptions').expect(200);
    expect(body).toMatchObject({ success: false, message: 'the run failed: the worker answered 401' });
  });
});

describe('the other triggers', () => {
  it('run a process with its input', async () => {
    const { as, asked } = createAdminApp();
    await as('post', '/processes/rollup/run')
      .send({ input: { day: '2026-01-01' } })
      .expect(200);
    expect(asked('begin')).toEqual(['rollup', expect.objectContaining({ input: { day: '2026-01-01' } })]);
  });

  it('check the input of the main process as its own route does', async () => {
    const { as, asked } = createAdminApp();
    const refused = await as('post', '/processes/subscriptions/run').send({ input: { limit: 0 } });
    expect(refused.body).toMatchObject({ status: 400, errors: [{ path: 'input.limit' }] });
    await as('post', '/processes/subscriptions/run')
      .send({ input: { dry_run: true } })
      .expect(200);
    expect(asked('begin')?.[1]).toMatchObject({ input: { dryRun: true } });
  });

  it('force one subscription', async () => {
    const { as, asked } = createAdminApp();
    await as('post', `/subscriptions/${SUBSCRIPTION_ID}/process`).expect(200);
    expect(asked('begin')?.[1]).toMatchObject({ input: { subscriptionIds: [SUBSCRIPTION_ID], force: true } });
  });

  it('retry what failed in a run, and answer 202', async () => {
    const { as, asked } = createAdminApp();
    const response = await as('post', `/runs/${RUN_ID}/retry-failed`).send({ limit: 5 });
    expect([response.status, response.get('Location')]).toEqual([202, `/admin/runs/${RUN_ID}`]);
    expect(asked('begin')).toEqual([
      'subscriptions',
      expect.objectContaining({ trigger: 'retry', input: { failedInRun: RUN_ID, limit: 5, dryRun: false } }),
    ]);
  });

  it('retry what died since, and wait for a dry run', async () => {
    const { as, asked, scheduler } = createAdminApp();
    const dry: Run = { ...finishedRun, counts: { ...finishedRun.counts, due: 12 }, input: { dryRun: true } };
    scheduler.started = () => ({ id: RUN_ID, repeated: false, finished: Promise.resolve(dry) });
    const since = '2026-03-01T00:00:00.000Z';
    const { body } = await as('post', '/subscriptions/retry')
      .send({ since, tenant_id: 't', dry_run: true })
      .expect(200);
    expect(body).toMatchObject({ message: 'dry run: 12 would be processed', result: { due: 12 } });
    expect(asked('begin')?.[1]).toMatchObject({ input: { deadSince: new Date(since), tenantId: 't', dryRun: true } });
  });

  it('retry runs of subscriptions alone', async () => {
    const { as, scheduler } = createAdminApp();
    Object.assign(scheduler.runs, { get: async () => ({ ...finishedRun, process: 'rollup' }) });
    const { body } = await as('post', `/runs/${RUN_ID}/retry-failed`).expect(400);
    expect(body).toMatchObject({ errors: [{ path: 'id' }] });
  });

  it('answer 409 with the run that is in the way', async () => {
    const { as, scheduler } = createAdminApp();
    scheduler.started = () => {
      throw new SchedulerError('ALREADY_RUNNING', 'rollup is running', { run_id: RUN_ID });
    };
    const { body } = await as('post', '/processes/rollup/run').expect(409);
    expect(body).toMatchObject({ code: 'ALREADY_RUNNING', run_id: RUN_ID });
  });
});
