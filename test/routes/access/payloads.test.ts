// Viewers see no payloads, and nobody sees what looks like a secret.
import { describe, expect, it } from '@jest/globals';
import { createLoginApp, OTTO, VERA } from './login-app.js';
import { RUN_ID, SUBSCRIPTION_ID } from '../fake-scheduler.js';

describe('metadata of a subscription', () => {
  it('is hidden from viewers and masked for others', async () => {
    const { browser, scheduler } = createLoginApp();
    const api = scheduler.subscriptions;
    if (api === null) throw new Error('the fake has subscriptions');
    const get = api.get.bind(api);
    api.get = async (id) => ({ ...(await get(id)), metadata: { plan: 'pro', api_key: 'k-123' } });
    const seen = async (token: string) =>
      (
        (await (await browser(token)).get(`/subscriptions/${SUBSCRIPTION_ID}`).expect(200)).body as {
          metadata: unknown;
        }
      ).metadata;
    expect(await seen(VERA.token)).toBeNull();
    expect(await seen(OTTO.token)).toEqual({ plan: 'pro', api_key: '[masked]' });
  });
});

describe('the input of a run', () => {
  it('is hidden from viewers wherever a run is shown', async () => {
    const { browser, scheduler } = createLoginApp();
    const run = await scheduler.runs.get(RUN_ID);
    const withInput = { ...run, process: 'rollup', input: { token: 't-1', day: 'monday' } };
    scheduler.runs.get = async () => withInput;
    scheduler.runs.list = async () => ({ items: [withInput], nextCursor: null });
    const inputs = async (token: string) => {
      const someone = await browser(token);
      const { body: one } = await someone.get(`/runs/${run.id}`).expect(200);
      const { body: list } = await someone.get('/runs').expect(200);
      return [(one as { input: unknown }).input, (list as { items: { input: unknown }[] }).items[0]?.input];
    };
    expect(await inputs(VERA.token)).toEqual([null, null]);
    const masked = { token: '[masked]', day: 'monday' };
    expect(await inputs(OTTO.token)).toEqual([masked, masked]);
  });
});
