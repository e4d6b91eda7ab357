// The message in a team's channel: paced, retried without a second charge, found again after a lost answer.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../support/wait-for.js';
import { addTeam, startBilling, type BillingKit } from '../billing-kit.js';

let kit: BillingKit;
beforeAll(async () => {
  kit = await startBilling({}, true);
});
beforeEach(async () => {
  kit.chat.trouble = null;
  kit.chat.channels = null;
  await kit.database.pool.query('TRUNCATE users, teams, punctual.billing_charges CASCADE');
});
afterAll(() => kit.close());

const inChannel = (channel: string) => kit.chat.messages.filter((message) => message.channel === channel);
const job = async (channel: string) => {
  const { rows } = await kit.database.pool.query<{
    id: string;
    status: string;
    attempt: number;
    error_message: string;
  }>(`SELECT id, status, attempt, error_message FROM punctual.jobs WHERE payload->>'channel' = $1`, [channel]);
  return rows[0];
};
/** Retries are due at once. */
const hurry = (): Promise<unknown> =>
  kit.database.pool.query(`UPDATE punctual.jobs SET run_at = now() WHERE status IN ('failed', 'pending')`);

describe('a message', () => {
  it('says which page was published, with its id in the metadata, a second apart', async () => {
    const { pages, id } = await addTeam(kit.database, { pages: 3, channel: 'C-paced' });
    await kit.pass();
    await waitFor(() => inChannel('C-paced').length === 3);
    const messages = inChannel('C-paced');
    expect(messages.map(({ metadata }) => metadata)).toContainEqual({
      event_type: 'page_published',
      event_payload: { page_id: pages[0], team_id: id },
    });
    const times = messages.map(({ ts }) => Number(ts));
    expect(Number(times[2]) - Number(times[0])).toBeGreaterThanOrEqual(2);
  });

  it('whose answer was lost is not posted again', async () => {
    await addTeam(kit.database, { pages: 1, channel: 'C-lost' });
    kit.chat.trouble = 'lost';
    await kit.pass();
    await waitFor(() => inChannel('C-lost').length === 1);
    await waitFor(async () => (await job('C-lost'))?.status === 'failed');
    kit.chat.trouble = null;
    await waitFor(async () => {
      await hurry();
      return (await job('C-lost'))?.status === 'completed';
    });
    expect(inChannel('C-lost')).toHaveLength(1);
  });

  it('is retried while the chat is down, and nothing is charged again', async () => {
    const { pages } = await addTeam(kit.database, { pages: 1, channel: 'C-down' });
    kit.chat.trouble = 'down';
    await kit.pass();
    await waitFor(async () => (await job('C-down'))?.status === 'failed');
    kit.chat.trouble = null;
    await waitFor(async () => {
      await hurry();
      return inChannel('C-down').length === 1;
    });
    expect(kit.payments.book.search({ page_id: pages[0] as string })).toHaveLength(1);
  });

  it('for a channel that is gone is buried with the reason; the page stays published', async () => {
    kit.chat.channels = new Set(['C-other']);
    await addTeam(kit.database, { pages: 1, channel: 'C-gone' });
    expect(await kit.pass()).toMatchObject({ processed_count: 1 });
    await waitFor(async () => (await job('C-gone'))?.status === 'dead');
    expect((await job('C-gone'))?.error_message).toContain('channel_not_found');
  });
});
