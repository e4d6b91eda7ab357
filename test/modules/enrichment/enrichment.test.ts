// Enrichment against a local provider: merged, validated, its limits respected, the key kept secret.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createProviderApp } from '../../../examples/enrichment-provider/app.js';
import { enrichment } from '../../../src/modules/enrichment/index.js';
import { createModules } from '../../../src/scheduler/modules/index.js';
import type { WorkspaceKeys } from '../../../src/scheduler/secrets/workspace-keys.js';
import type { AnyJob, Job } from '../../../src/scheduler/queue/index.js';
import { waitMs } from '../../../src/clients/enrichment/enrichment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startServer, type RunningServer } from '../../support/servers/http-server.js';
import { createTestHost } from '../test-host.js';
import { startQueue, workOnce, type TestQueue } from '../../scheduler/queue/support.js';

const KEY = 'sk-the-right-key';
let database: TestDatabase;
let provider: RunningServer;
let kit: TestQueue;
let keys: WorkspaceKeys;
let jobs: readonly AnyJob[];

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await startServer(createProviderApp({ key: KEY, perMinute: 1_000, latencyMs: 0 }));
  const host = createTestHost(database, [{ id: 'k1', key: randomBytes(32) }]);
  keys = host.secrets.keys;
  ({ jobs } = createModules([enrichment({ url: `${provider.url}/api/v1` })], () => host));
  kit = await startQueue(database, { jobs, start: false });
  await keys.save('w1', 'apollo', KEY);
  await keys.save('wrong', 'apollo', 'sk-another');
});
afterEach(() => database.pool.query('DELETE FROM punctual.job_rate_limits'));
afterAll(async () => {
  await kit.stop();
  await provider.close();
  await database.close();
});

async function run(type: string, workspaceId: string | null, payload: object): Promise<Job> {
  const job = jobs.find((one) => one.type === type) as AnyJob;
  const owner = workspaceId === null ? {} : { workspaceId };
  const { id } = await kit.queue.enqueue(job, payload, { maxAttempts: 3, ...owner });
  await workOnce(kit.queue);
  return kit.queue.admin.get(id);
}
const account = async (): Promise<Record<string, unknown> | undefined> =>
  (await database.pool.query<Record<string, unknown>>(`SELECT * FROM punctual.accounts WHERE domain = 'example.com'`))
    .rows[0];

describe('enrich_account', () => {
  it('merges what is known, and leaves alone what a person has locked', async () => {
    await database.pool.query(
      `INSERT INTO punctual.accounts (workspace_id, domain, name, locked) VALUES ('w1', 'example.com', 'Ours', '{name}')`,
    );
    expect(await run('enrich_account', 'w1', { domain: 'Example.COM' })).toMatchObject({
      status: 'completed',
      result: { found: true },
    });
    expect(await account()).toMatchObject({ name: 'Ours', industry: 'tools', employees: 42, country: 'Iceland' });
  });

  it('completes without a find for a company that nobody knows', async () => {
    const job = await run('enrich_account', 'w1', { domain: 'nobody.example' });
    expect(job).toMatchObject({ status: 'completed', result: { found: false } });
  });

  it('waits as long as the provider says', async () => {
    const job = await run('enrich_account', 'w1', { domain: 'busy.example' });
    expect(job).toMatchObject({ status: 'failed', errorCode: 'PROVIDER_BUSY' });
    expect(job.runAt.getTime() - (job.startedAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(600_000);
  });

  it.each([
    ['a server error', 'broken.example', /returned 503/],
    ['garbage', 'garbage.example', /no usable response/],
    ['too much', 'huge.example', /more than 1048576 bytes/],
    ['a list', 'list.example', /no usable response/],
  ])('tries again after %s', async (_, domain, why) => {
    const job = await run('enrich_account', 'w1', { domain });
    expect(job).toMatchObject({ status: 'failed', errorMessage: expect.stringMatching(why) });
  });

  it('takes fields of the wrong kind for unknown ones', async () => {
    const job = await run('enrich_account', 'w1', { domain: 'odd.example' });
    expect(job).toMatchObject({ status: 'completed', result: { found: true } });
    const { rows } = await database.pool.query(
      `SELECT name, employees, industry FROM punctual.accounts WHERE domain = 'odd.example'`,
    );
    expect(rows).toEqual([{ name: null, employees: null, industry: 'tools' }]);
  });

  it.each(['spent.example', 'locked.example'])('buries what is not in the plan: %s', async (domain) => {
    expect(await run('enrich_account', 'w1', { domain })).toMatchObject({ status: 'dead' });
  });

  it('buries what cannot work: a refused key, no key, no domain; and never says the key', async () => {
    const refused = await run('enrich_account', 'wrong', { domain: 'example.com' });
    const without = await run('enrich_account', 'none', { domain: 'example.com' });
    expect([refused.status, without.status]).toEqual(['dead', 'dead']);
    expect(JSON.stringify([refused, without])).not.toContain('sk-');
    await expect(run('enrich_account', 'w1', { domain: 'no domain' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('the workspace', () => {
  it('is that of the job: a payload cannot name another, whose key would be used', async () => {
    const payload = { domain: 'example.com', workspace_id: 'w1' };
    await expect(run('enrich_account', 'none', payload)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const without = await run('enrich_account', null, { domain: 'example.com' });
    expect([without.status, JSON.stringify(without)]).toEqual(['dead', expect.stringContaining('has no workspace')]);
  });

  it('is part of what makes a look-up unique', async () => {
    const job = jobs.find(({ type }) => type === 'enrich_contact') as AnyJob;
    const ask = (workspaceId: string) =>
      kit.queue.enqueue(job, { email: 'twice@example.com' }, { workspaceId, runAt: new Date('2090-01-01') });
    const [first, same, other] = [await ask('w1'), await ask('w1'), await ask('wrong')];
    expect([same, other.existing]).toEqual([{ id: first.id, existing: true }, false]);
    for (const { id } of [first, other]) await kit.queue.admin.cancel(id);
  });
});

describe('enrich_contact', () => {
  it('merges the person and their company', async () => {
    const job = await run('enrich_contact', 'w1', { email: 'Ada@Example.com' });
    expect(job).toMatchObject({ status: 'completed', result: { found: true, account_id: (await account())?.['id'] } });
    const { rows } = await database.pool.query('SELECT email, first_name, title, phone FROM punctual.contacts');
    expect(rows).toEqual([{ email: 'ada@example.com', first_name: 'Ada', title: 'Engineer', phone: '+3545550100' }]);
  });
});

describe('keys of workspaces', () => {
  it('are stored sealed, sealed anew after a rotation, and removed', async () => {
    const stored = async () =>
      (
        await database.pool.query<{ value: string }>(
          `SELECT value FROM punctual.workspace_keys WHERE workspace_id = 'w1'`,
        )
      ).rows[0]?.value;
    expect(await stored()).toMatch(/^v1\.k1\./);
    expect(await keys.remove('wrong', 'apollo')).toBe(true);
    expect(await keys.read('wrong', 'apollo')).toBeNull();
  });
});

describe('the wait that a provider asks for', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '5' }, 5_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'x-rate-limit-minute-left': '0' }, 60_000],
    [{}, null],
  ])('%j: %s', (headers, expected) => expect(waitMs(headers, now)).toBe(expected));
});
