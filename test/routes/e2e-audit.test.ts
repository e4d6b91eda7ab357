// The audit log: an entry stands with its change or neither does, in the notation of the API, and shows how far a long change is.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { enrichment } from '../../src/modules/enrichment/index.js';
import { webhooks } from '../../src/modules/webhooks/index.js';
import { defineJob, defineProcess } from '../../src/scheduler/public.js';
import { waitFor } from '../support/wait-for.js';
import { startEndToEnd, type Answer, type EndToEnd } from './e2e-app.js';

const call = defineJob({ type: 'call', schema: z.object({}), run: () => {} });
const rollup = defineProcess({
  name: 'rollup',
  schedule: { frequency: 'daily', time: '02:30' },
  run: async () => ({}),
});
const hooks = webhooks();

let app: EndToEnd;
beforeAll(async () => {
  app = await startEndToEnd({
    jobs: [call],
    processes: [rollup],
    modules: [hooks, enrichment()],
    queue: { worker: false, encryptionKeys: [{ id: 'k', key: randomBytes(32) }] },
  });
});
afterAll(() => app.close());

const sql = async <R>(text: string): Promise<R[]> => (await app.database.pool.query(text)).rows as R[];
const newest = async (): Promise<Record<string, unknown>> => {
  const { items } = (await app.call('GET', '/audit?limit=1')).body as { items: Record<string, unknown>[] };
  return items[0] ?? {};
};
const idOf = async (path: string, body: object): Promise<string> => {
  const created = (await app.call('POST', path, body)).body as { id?: string; endpoint?: { id: string } };
  return created.id ?? created.endpoint?.id ?? '';
};
const subscription = (user: string) => idOf('/subscriptions', { user_id: user });
const job = async (): Promise<string> => (await app.scheduler.enqueue(call, {})).id;
const deadJob = async (): Promise<string> => {
  const id = await job();
  await app.scheduler.queue.admin.cancel(id);
  return id;
};
const webhook = () => idOf('/webhooks', { url: 'https://example.com/hook', events: ['job.dead'] });
async function delivery(): Promise<{ endpoint: string; id: string }> {
  const endpoint = await webhook();
  const [row] = await sql<{ id: string }>(
    `INSERT INTO punctual.webhook_deliveries (id, endpoint_id, event, payload, status)
     VALUES (gen_random_uuid(), '${endpoint}', 'job.dead', '{}', 'dead') RETURNING id`,
  );
  return { endpoint, id: row?.id ?? '' };
}

interface Change {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** Every route that changes something and is recorded, with what it needs. */
const CHANGES: Record<string, () => Promise<Change>> = {
  'subscription.create': async () => ({ method: 'POST', path: '/subscriptions', body: { user_id: 'new' } }),
  'subscription.update': async () => ({
    method: 'PATCH',
    path: `/subscriptions/${await subscription('u')}`,
    body: {
      tenant_id: 'acme',
      metadata: { camelCase: 1 },
      schedule: { frequency: 'monthly', day_of_month: 3, misfire_grace_s: 60 },
    },
  }),
  'subscription.pause': async () => ({
    method: 'PATCH',
    path: `/subscriptions/${await subscription('u')}`,
    body: { paused_until: '2090-01-01T00:00:00Z' },
  }),
  'subscription.resume': async () => {
    const id = await subscription('u');
    await app.call('PATCH', `/subscriptions/${id}`, { paused: true });
    return { method: 'PATCH', path: `/subscriptions/${id}`, body: { paused: false } };
  },
  'subscription.pause of many': async () => {
    const body = { subscription_ids: [await subscription('many')], user_id: 'many' };
    return { method: 'POST', path: '/subscriptions/pause', body };
  },
  'subscription.resume of many': async () => {
    const id = await subscription('many-paused');
    await app.call('PATCH', `/subscriptions/${id}`, { paused: true });
    return { method: 'POST', path: '/subscriptions/resume', body: { user_id: 'many-paused' } };
  },
  'process.update': async () => ({
    method: 'PATCH',
    path: '/processes/rollup',
    body: { enabled: true, paused_until: '2090-01-01T00:00:00Z', schedule: { frequency: 'weekly', day_of_week: 2 } },
  }),
  'process.trigger': async () => ({
    method: 'POST',
    path: '/process-subscriptions',
    body: { subscription_ids: [await subscription('u')], dry_run: true },
  }),
  'job.enqueue': async () => ({
    method: 'POST',
    path: '/jobs',
    body: { type: 'call', payload: {}, run_at: '2090-01-01T00:00:00Z', workspace_id: 'w' },
  }),
  'job.reschedule': async () => ({
    method: 'PATCH',
    path: `/jobs/${await job()}`,
    body: { run_at: '2090-01-01T00:00:00Z' },
  }),
  'job.cancel': async () => ({ method: 'POST', path: `/jobs/${await job()}/cancel`, body: { reason: 'wrong' } }),
  'job.retry': async () => ({ method: 'POST', path: `/jobs/${await deadJob()}/retry` }),
  'jobs.retry': async () => {
    await deadJob();
    return { method: 'POST', path: '/jobs/retry', body: { type: 'call', status: 'cancelled' } };
  },
  'queue.update': async () => ({ method: 'PATCH', path: '/queues/default', body: { concurrency: 7 } }),
  'workspace_key.put': async () => ({ method: 'PUT', path: '/workspaces/w/keys/apollo', body: { api_key: 'sk-1' } }),
  'workspace_key.delete': async () => {
    await app.scheduler.workspaceKeys?.save('w2', 'apollo', 'sk-2');
    return { method: 'DELETE', path: '/workspaces/w2/keys/apollo' };
  },
  'webhook.create': async () => ({
    method: 'POST',
    path: '/webhooks',
    body: { url: 'https://example.com/', events: ['job.dead'] },
  }),
  'webhook.update': async () => ({ method: 'PATCH', path: `/webhooks/${await webhook()}`, body: { enabled: false } }),
  'webhook.rotate': async () => ({ method: 'POST', path: `/webhooks/${await webhook()}/rotate` }),
  'webhook.delete': async () => ({ method: 'DELETE', path: `/webhooks/${await webhook()}` }),
  'webhook.redeliver': async () => {
    const { endpoint, id } = await delivery();
    return { method: 'POST', path: `/webhooks/${endpoint}/deliveries/${id}/redeliver` };
  },
};

const make = ({ method, path, body }: Change): Promise<Answer> => app.call(method, path, body);

/** All that the changes may touch, in one value. */
const state = async (): Promise<string> => {
  const tables = [
    'public.subscriptions',
    'public.subscription_processing',
    ...[
      'scheduler_processes',
      'scheduler_runs',
      'jobs',
      'job_claims',
      'job_queues',
      'workspace_keys',
      'webhook_endpoints',
    ]
      .concat('webhook_deliveries')
      .map((table) => `punctual.${table}`),
  ];
  const [row] = await sql<{ all: string }>(
    `SELECT md5(concat(${tables.map((table) => `(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${table} t)`).join(', ')})) AS all`,
  );
  return row?.all ?? '';
};

/** Names of fields of ours, down to what belongs to a host. */
function names(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(names);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)]);
}

describe('each change', () => {
  it.each(Object.keys(CHANGES))('%s is recorded, in snake_case', async (action) => {
    const change = await (CHANGES[action] as () => Promise<Change>)();
    expect((await make(change)).status).toBeLessThan(300);
    const entry = await newest();
    expect(entry).toMatchObject({ actor: 'ops', action: action.replace(/ of many$/, '') });
    expect(names(entry['details']).filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it('says what was changed', async () => {
    await make(await (CHANGES['subscription.update'] as () => Promise<Change>)());
    expect((await newest())['details']).toEqual({
      tenant_id: 'acme',
      metadata: '(changed)',
      schedule: { frequency: 'monthly', day_of_month: 3, misfire_grace_s: 60 },
    });
    const many = await (CHANGES['subscription.pause of many'] as () => Promise<Change>)();
    await make(many);
    expect((await newest())['details']).toEqual({
      filter: many.body,
      paused: true,
      matched: 1,
      changed: 1,
      finished: true,
    });
  });
});

describe('where the audit log refuses entries', () => {
  const refuse = (what: string) =>
    sql(`CREATE FUNCTION punctual.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
         CREATE TRIGGER refuse BEFORE ${what} ON punctual.audit_log FOR EACH ROW EXECUTE FUNCTION punctual.refuse()`);
  afterEach(() => sql('DROP FUNCTION IF EXISTS punctual.refuse CASCADE'));

  it.each(Object.keys(CHANGES))('%s is not made', async (action) => {
    const change = await (CHANGES[action] as () => Promise<Change>)();
    await refuse('INSERT');
    const before = await state();
    expect((await make(change)).status).toBe(500);
    expect(await state()).toBe(before);
  });

  it.each(['subscription.pause of many', 'jobs.retry'])('%s is not made uncounted', async (action) => {
    const change = await (CHANGES[action] as () => Promise<Change>)();
    await refuse('UPDATE');
    const before = await state();
    expect((await make(change)).status).toBe(500);
    expect(await state()).toBe(before);
    expect((await newest())['details']).toMatchObject({ changed: 0, finished: false });
  });
});

describe('a change of many', () => {
  it.each(['pause', 'resume'])(
    '(%s) that takes longer than the caller waits is a 202 with where to look',
    async (verb) => {
      const user = `slow-${verb}`;
      const ids = [await subscription(user), await subscription(user)];
      if (verb === 'resume') await app.call('POST', '/subscriptions/pause', { user_id: user });
      const holder = await app.database.pool.connect();
      try {
        await holder.query('BEGIN');
        await holder.query(`SELECT FROM subscriptions WHERE id::text = '${ids[0]}' FOR UPDATE`);
        const answer = await app.call('POST', `/subscriptions/${verb}`, { user_id: user }, { Prefer: 'wait=1' });
        const location = answer.headers.get('location') ?? '';
        expect([answer.status, location]).toEqual([202, expect.stringMatching(/^\/admin\/audit\/\d+$/)]);
        expect(answer.body).toEqual({ message: 'the change continues', location });
        const entry = async () => (await app.call('GET', location.replace('/admin', ''))).body;
        expect((await entry())['details']).toMatchObject({ matched: 2, changed: 0, finished: false });
        await holder.query('COMMIT');
        const ended = await waitFor(async () => {
          const found = await entry();
          return (found['details'] as { finished: boolean }).finished && found;
        });
        expect(ended).toMatchObject({ action: `subscription.${verb}`, details: { matched: 2, changed: 2 } });
      } finally {
        holder.release();
      }
    },
  );

  it('is not waited for by a caller who does not want to', async () => {
    await deadJob();
    const answer = await app.call('POST', '/jobs/retry', { type: 'call' }, { Prefer: 'respond-async' });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    await waitFor(async () => (await newest())['action'] === 'jobs.retry');
  });

  it('of which there is no entry is a 404', async () => {
    const { status, body } = await app.call('GET', '/audit/999999');
    expect([status, body['code']]).toEqual([404, 'AUDIT_ENTRY_NOT_FOUND']);
    expect((await app.call('GET', '/audit/x')).status).toBe(400);
  });
});

describe('a key of a workspace', () => {
  it('is stored for the providers that modules declare, and deleted for any', async () => {
    const { status, body } = await app.call('PUT', '/workspaces/w/keys/unknown', { api_key: 'sk-1' });
    expect([status, body['errors']]).toEqual([400, [{ path: 'provider', message: 'must be one of apollo' }]]);
    const gone = await app.call('DELETE', '/workspaces/w/keys/former');
    expect(gone.status).toBe(204);
  });
});
