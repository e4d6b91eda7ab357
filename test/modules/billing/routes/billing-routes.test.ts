// What operators see of billing and what they may do, over real HTTP: the queue with its reasons, the ledger by filters and pages, retry.
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adminRoutes } from '../../../../src/routes/index.js';
import { startServer, type RunningServer } from '../../../support/servers/http-server.js';
import { addTeam, startBilling, type BillingKit } from '../billing-kit.js';

let kit: BillingKit;
let server: RunningServer;
beforeAll(async () => {
  kit = await startBilling();
  const tokens = [{ name: 'ops', token: 'ops-token' }];
  server = await startServer(express().use('/admin', adminRoutes(kit.scheduler, { tokens })));
});
beforeEach(async () => {
  await kit.database.pool.query('TRUNCATE users, teams, punctual.billing_charges CASCADE');
  kit.payments.troubles.clear();
});
afterAll(async () => {
  await server.close();
  await kit.close();
});

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(method: string, path: string, token = 'ops-token'): Promise<Reply> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${server.url}/admin${path}`, { method, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Charge {
  readonly id: string;
  readonly page_id: string;
  readonly team_id: string;
  readonly status: string;
}

/** All pages of a list, and how many there were. */
async function readAll<T>(path: string): Promise<{ items: T[]; pages: number }> {
  const items: T[] = [];
  let cursor: string | null = '';
  let pages = 0;
  while (cursor !== null) {
    const { status, body } = await call('GET', `${path}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    items.push(...(body['items'] as T[]));
    cursor = body['next_cursor'] as string | null;
    pages += 1;
  }
  return { items, pages };
}

describe('GET /queue-status', () => {
  it('counts what waits for each team, by reason, the longest queue first', async () => {
    const broke = await addTeam(kit.database, { pages: 3 });
    const nobody = await addTeam(kit.database, { pages: 2, customer: null });
    const unlucky = await addTeam(kit.database, { pages: 1 });
    kit.payments.book.setMethod(String(broke.customer), 'pm_card_chargeDeclinedInsufficientFunds');
    kit.payments.troubles.add({ kind: 'garbage', page_id: String(unlucky.pages[0]) });
    await kit.pass();
    await kit.database.pool.query(
      `INSERT INTO users (team_id, name, publish_queued) VALUES ($1, 'A new page', true), (NULL, 'Of no team', true)`,
      [unlucky.id],
    );
    const { body } = await call('GET', '/queue-status');
    const team = { name: 'Team' };
    expect(body).toEqual({
      items: [
        { ...team, team_id: broke.id, waiting: 3, reasons: { 'declined: insufficient_funds': 3 } },
        { ...team, team_id: nobody.id, waiting: 2, reasons: { no_customer: 2 } },
        { ...team, team_id: unlucky.id, waiting: 2, reasons: { unknown_outcome: 1, waiting: 1 } },
        { team_id: null, name: null, waiting: 1, reasons: { no_customer: 1 } },
      ],
      next_cursor: null,
      missing: [],
    });
  });

  it('is paged', async () => {
    for (let n = 0; n < 5; n += 1) await addTeam(kit.database, { pages: 1 });
    const { items, pages } = await readAll<{ team_id: string }>('/queue-status?limit=2');
    expect(pages).toBe(3);
    expect(new Set(items.map(({ team_id }) => team_id)).size).toBe(5);
  });
});

describe('GET /charges', () => {
  it('is the ledger, newest first, by status, team, page and time, in pages', async () => {
    const good = await addTeam(kit.database, { pages: 5 });
    const declined = await addTeam(kit.database, { pages: 2 });
    kit.payments.book.setMethod(String(declined.customer), 'pm_card_chargeDeclined');
    await kit.pass();
    const all = await readAll<Charge>('/charges?limit=3');
    expect(all.pages).toBe(3);
    const ids = all.items.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids).toHaveLength(7);
    const found = async (query: string): Promise<string[]> =>
      (await readAll<Charge>(`/charges?limit=200&${query}`)).items.map(({ page_id }) => page_id).sort();
    expect(await found('status=paid')).toEqual([...good.pages].sort());
    expect(await found('status=declined')).toEqual([...declined.pages].sort());
    expect(await found(`team_id=${declined.id}`)).toEqual([...declined.pages].sort());
    expect(await found(`page_id=${good.pages[0]}`)).toEqual([good.pages[0]]);
    expect(await found(`team_id=${good.id}&status=declined`)).toEqual([]);
    await kit.database.pool.query(
      `UPDATE punctual.billing_charges SET created_at = now() - interval '1 day' WHERE team_id = $1`,
      [good.id],
    );
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await found(`since=${since}`)).toEqual([...declined.pages].sort());
  });

  it('shows one, with amounts, key, payment and reason', async () => {
    const { pages, customer, id: team } = await addTeam(kit.database, { pages: 1 });
    kit.payments.book.setMethod(String(customer), 'pm_card_chargeDeclinedLostCard');
    await kit.pass();
    const [charge] = (await readAll<Charge>('/charges?limit=1')).items;
    const { status, body } = await call('GET', `/charges/${charge?.id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ id: charge?.id, page_id: pages[0], team_id: team, status: 'declined', amount_cents: 799, currency: 'usd' },
      ...{ idempotency_key: `page-${pages[0]}-${charge?.id}`, customer_id: customer },
      ...{ payment_method_id: 'pm_card_chargeDeclinedLostCard', payment_intent_id: expect.stringMatching(/^pi_/) },
      ...{ reason: 'lost_card', message: 'Your card was declined.', unknown_attempts: 0, paid_at: null },
      ...{ created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/) },
    });
  });

  it.each([
    ['/charges?status=lost', 'status'],
    ['/charges?limit=1000', 'limit'],
    ['/charges?cursor=nonsense', 'cursor'],
    ['/charges?since=yesterday', 'since'],
    ['/charges?colour=red', 'colour'],
    ['/charges/7', 'id'],
    ['/queue-status?cursor=-1', 'cursor'],
  ])('%s: 400 with the field', async (path, field) => {
    const { status, body } = await call('GET', path);
    expect(status).toBe(400);
    expect(JSON.stringify(body['errors'])).toContain(field);
  });
});

describe('POST /charges/:id/retry', () => {
  const only = async (): Promise<Charge> => (await readAll<Charge>('/charges?limit=1')).items[0] as Charge;

  it('has a declined charge tried again as a new one, and is in the audit log', async () => {
    const { customer } = await addTeam(kit.database, { pages: 1 });
    kit.payments.book.setMethod(String(customer), 'pm_card_chargeDeclinedInsufficientFunds');
    await kit.pass();
    const former = await only();
    const { status, body } = await call('POST', `/charges/${former.id}/retry`);
    expect({ status, now: body['status'] }).toEqual({ status: 200, now: 'retrying' });
    expect(await kit.pass()).toMatchObject({ processed_count: 0, failed_count: 1 });
    const again = await only();
    expect(again.id).not.toBe(former.id);
    await call('POST', `/charges/${again.id}/retry`);
    // the same card, with money on it by now
    kit.payments.book.addFunds(String(customer));
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    const states = (await readAll<Charge>('/charges?limit=200')).items.map((charge) => charge.status);
    expect(states).toEqual(['paid', 'superseded', 'superseded']);
    const audit = await call('GET', '/audit?action=charge.retry');
    expect(audit.body['items']).toMatchObject([
      { actor: 'ops', target: again.id },
      { actor: 'ops', target: former.id, details: { page_id: former.page_id, team_id: former.team_id } },
    ]);
  });

  it('refuses one that is not declined, one that is not there, and a caller without a token', async () => {
    await addTeam(kit.database, { pages: 1 });
    await kit.pass();
    const { id } = await only();
    const paid = await call('POST', `/charges/${id}/retry`);
    expect(paid).toMatchObject({
      status: 409,
      body: { code: 'CHARGE_NOT_DECLINED', detail: expect.stringContaining('is paid') },
    });
    const unknown = await call('POST', '/charges/00000000-0000-4000-8000-000000000000/retry');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'CHARGE_NOT_FOUND' } });
    expect((await call('POST', `/charges/${id}/retry`, 'wrong')).status).toBe(401);
    expect((await call('GET', '/charges', 'wrong')).status).toBe(401);
  });
});
