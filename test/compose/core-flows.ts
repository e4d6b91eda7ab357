// What a host does with a scheduler from start to stop, as facts that must be the same on every pool that a host may bring.
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { createScheduler } from '../../src/compose/create-scheduler.js';
import { silentLogger } from '../../src/base/logger.js';
import { webhooks } from '../../src/modules/webhooks/index.js';
import { bury, defineJob, defineProcess } from '../../src/scheduler/public.js';
import { startServer } from '../support/servers/http-server.js';
import { waitFor } from '../support/wait-for.js';

const DAILY = { frequency: 'daily', time: '03:00', timezone: 'Europe/Berlin' } as const;
const by = { name: 'test' };

const kindOf = (value: unknown): string =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? 'date' : value === null ? 'null' : typeof value;

/** The names of the fields of a row with what they hold. */
const kindsOf = (row: object): Record<string, string> =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, kindOf(value)]));

const SERIALIZATION_FAILURE = '40001';

/**
 * A statement of the host's own. Its transactions write, whatever the default is; one that is serializable by default
 * is repeated when another transaction changed the row, as PostgreSQL asks of its clients.
 */
async function write(pool: pg.Pool, sql: string): Promise<void> {
  const client = await pool.connect();
  try {
    for (;;) {
      try {
        await client.query(`BEGIN READ WRITE; ${sql}; COMMIT`);
        return;
      } catch (error) {
        await client.query('ROLLBACK');
        if ((error as pg.DatabaseError).code !== SERIALIZATION_FAILURE) throw error;
      }
    }
  } finally {
    client.release();
  }
}

/** The facts of one whole life of a scheduler on this pool, of a migrated or an empty database. */
export async function coreFlows(pool: pg.Pool, schema = 'punctual'): Promise<Record<string, unknown>> {
  const heard: string[] = [];
  const receiver = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push((JSON.parse(Buffer.concat(chunks).toString()) as { type: string }).type);
      response.writeHead(204).end();
    });
  });
  const ran: unknown[] = [];
  const echo = defineJob({
    type: 'echo',
    schema: z.object({ at: z.coerce.date(), n: z.number(), text: z.string() }),
    uniqueBy: ({ text }) => text,
    run: (ctx, { at, n, text }) => {
      ran.push([text, n, at.getTime(), ctx.attempt]);
      return { n, text };
    },
  });
  const second = defineJob({
    type: 'second-time',
    schema: z.object({}),
    retry: { tableS: [0], maxAttempts: 3 },
    run: async (ctx) => {
      ctx.log.info('about to run', { attempt: ctx.attempt });
      ctx.progress(0.5, 'half');
      if (ctx.attempt === 1) throw new Error('not yet');
      // it is gathered, and is not written any more once the job has ended
      await waitFor(async () => (await queue.admin.get(ctx.jobId)).progress === 0.5);
      return { attempt: ctx.attempt };
    },
  });
  const hopeless = defineJob({ type: 'hopeless', schema: z.object({}), run: () => bury('it is no use') });
  const beats: number[] = [];
  const beat = defineJob({ type: 'beat', schema: z.object({}), run: () => void beats.push(beats.length) });
  const rollup = defineProcess({ name: 'rollup', schedule: DAILY, run: async () => ({ successful: 3 }) });
  const occurrences: unknown[][] = [];
  const hooksModule = webhooks({ allowPrivate: true });
  const scheduler = createScheduler({
    pool,
    schema,
    tick: '* * * * * *',
    logger: silentLogger,
    jobs: [echo, second, hopeless, beat],
    processes: [rollup],
    modules: [hooksModule],
    queue: { encryptionKeys: [{ id: 'k', key: randomBytes(32) }] },
    subscriptions: {
      process: async (occurrence) => {
        occurrences.push([occurrence.userId, kindOf(occurrence.scheduledFor)]);
      },
    },
  });
  const { subscriptions, queue } = scheduler;
  const hooks = scheduler.module(hooksModule);
  const reaches = async (id: string, status: string) => {
    await waitFor(async () => (await queue.admin.get(id)).status === status);
    return queue.admin.get(id);
  };

  try {
    await scheduler.start();
    const endpoint = await hooks.create({
      url: `${receiver.url}/hook`,
      events: ['job.completed'],
      types: ['echo'],
    });

    const made = await subscriptions.create({ userId: 'u1', tenantId: 't', schedule: DAILY, metadata: { a: [1] } });
    await write(
      pool,
      `INSERT INTO subscriptions (user_id, frequency, timezone) VALUES ('u2', 'daily', 'Asia/Kathmandu')`,
    );
    const forced = await scheduler.trigger('subscriptions', { by, input: { force: true, userId: 'u1' } });
    await write(
      pool,
      `UPDATE subscription_processing SET next_run_at = now() - interval '1 minute'
        WHERE subscription_id = (SELECT id FROM subscriptions WHERE user_id = 'u2')`,
    );
    await waitFor(() => occurrences.some((occurrence) => occurrence[0] === 'u2'));
    const paused = await subscriptions.pause(made.id, new Date('2999-01-01T00:00:00Z'));

    const at = new Date('2026-03-01T10:20:30.456Z');
    const payload = { at, n: 1.5, text: 'ü "quoted" \\ NULL' };
    const { id } = await scheduler.enqueue(echo, payload, { tenantId: 't', workspaceId: 'w', userId: 'u' });
    const client = await pool.connect();
    let joined;
    try {
      await client.query('BEGIN READ WRITE');
      const later = { db: client, runAt: new Date(Date.now() + 3_600_000) };
      const one = await scheduler.enqueue(echo, { ...payload, text: 'in the transaction' }, later);
      const again = await scheduler.enqueue(echo, { ...payload, text: 'in the transaction' }, later);
      const after = await queue.flows.after(hopeless, {}, { after: [one.id], db: client });
      await client.query('COMMIT');
      joined = {
        same: one.id === again.id,
        existing: [one.existing, again.existing],
        after: after.existing,
        id: one.id,
      };
    } finally {
      client.release();
    }
    const done = await reaches(id, 'completed');
    await waitFor(() => heard.length > 0);
    const cancelled = await queue.admin.cancel(joined.id);
    const retried = await reaches((await scheduler.enqueue(second, {})).id, 'completed');
    const buried = await reaches((await scheduler.enqueue(hopeless, {})).id, 'dead');
    const series = await scheduler.enqueue(
      beat,
      {},
      { schedule: { frequency: 'cron', cron: '* * * * * *', timezone: 'UTC' } },
    );
    await waitFor(() => beats.length >= 2);
    await queue.worker.flush();

    const rolled = await scheduler.trigger('rollup', { by });
    // what is due next is looked at now and then
    await waitFor(async () => (await scheduler.processes.get('subscriptions')).nextRunAt !== null);
    const [status, stats, runs, ledger, listed] = await Promise.all([
      scheduler.status(),
      queue.admin.stats(1),
      scheduler.runs.list({ process: 'subscriptions' }),
      subscriptions.ledger(made.id),
      subscriptions.list({ sort: 'next_run_at' }),
    ]);
    const deliveries = await hooks.deliveries(endpoint.endpoint.id);
    const logs = await queue.admin.logs(retried.id);
    return {
      ready: scheduler.ready(),
      counts: forced.counts,
      rolled: [rolled.status, rolled.counts.successful],
      run: kindsOf(runs.items[0] ?? {}),
      occurrences: occurrences.sort().slice(0, 2),
      subscription: [kindsOf(paused), paused.pausedUntil?.toISOString(), paused.metadata],
      listed: listed.items.map(kindsOf),
      ledger: ledger.items.map(kindsOf),
      subscriptions: kindsOf(await subscriptions.status()),
      ran,
      joined: [joined.same, joined.existing, joined.after, cancelled.status],
      done: [done.payload, done.result, done.attempt, done.tenantId, kindsOf(done)],
      retried: [
        retried.result,
        retried.attempt,
        retried.progress,
        logs.items.map((line) => [line.level, line.message]),
      ],
      buried: [buried.errorCode, buried.errorMessage],
      series: series.existing,
      heard: heard.slice(0, 1),
      delivered: deliveries.items.map((row) => [row.status, kindsOf(row)]),
      processes: status.processes.map(kindsOf),
      instance: status.instances.map((one) => [one.self, kindsOf(one)]),
      live: stats.live
        .filter(({ type }) => type !== 'beat')
        .map(({ type, status: state }) => [type, state])
        .sort(),
      types: stats.types.map((type) => [type.type, kindsOf(type)]).sort(),
    };
  } finally {
    await scheduler.stop();
    await receiver.close();
  }
}
